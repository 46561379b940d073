import { afterEach, expect, it } from 'vitest';
import type { Shop } from './shop.js';

/** systemd-analyze's exposure: 0 is a walled-in program, 10 one without walls. Measured 1.7 and 1.5. */
const WORST_EXPOSURE = 2.5;

/** What must be true of a unit whatever its program does. */
export function checkUnit(unit: string, shopNow: () => Shop): void {
  const user = unit.replace('.service', '');
  const sh = (script: string): string => shopNow().container.sh(script);
  checkWalls(unit, shopNow);

  it('says in systemctl status what it is doing, and keeps its files where nobody else can read them', () => {
    shopNow().running(unit);
    expect(sh(`systemctl status --no-pager ${unit}`)).toMatch(/Status: "[^"]+"/);
    expect(sh(`stat -c '%a %U' /var/lib/${user}`)).toBe(`700 ${user}`);
    expect(sh(`find /var/lib/${user} ! -user ${user} -o -type f -perm /077`)).toBe('');
  });

  it('drains when it is stopped, ends well, and is not killed', () => {
    shopNow().running(unit);
    const since = shopNow().now();
    sh(`systemctl stop ${unit}`);
    expect(shopNow().show(unit, 'Result')).toBe('success');
    expect(shopNow().show(unit, 'ExecMainStatus')).toBe('0');
    const said = shopNow().said(unit, since);
    expect(said).toMatch(/SIGTERM: draining[\s\S]*stopped/);
    expect(said).not.toContain('not stopped within');
  });

  it('waits a little longer after each failure in a row, up to 10 s, and never gives up', () => {
    expect(
      sh(`systemctl show -P RestartSteps -P RestartMaxDelayUSec -P StartLimitIntervalUSec ${unit}`),
    ).toBe('5\n10s\n0');
  });
}

function checkWalls(unit: string, shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);

  it('is understood by systemd without a word of warning, and walled in', () => {
    const verified = shopNow().container.run('systemd-analyze', 'verify', `/usr/lib/systemd/system/${unit}`);
    expect(verified).toEqual({ code: 0, stdout: '', stderr: '' });
    const text = sh(`systemd-analyze security --no-pager ${unit} | tail -1`);
    expect(Number(/level for \S+: ([\d.]+)/.exec(text)?.[1])).toBeLessThanOrEqual(WORST_EXPOSURE);
  });

  it('runs as its own user without rights, behind the system call filter, and leaves no core dump', () => {
    const pid = shopNow().running(unit);
    const status = sh(`cat /proc/${pid}/status`);
    expect(sh(`stat -c %U /proc/${pid}`)).toBe(unit.replace('.service', ''));
    expect(status).toMatch(/NoNewPrivs:\s1\n/);
    expect(status).toMatch(/Seccomp:\s2\n/);
    expect(status).toMatch(/CapBnd:\s0+\n/);
    expect(sh(`cat /proc/${pid}/limits`)).toMatch(/Max core file size\s+0\s+0\s/);
  });

  it('has the memory flags', () => {
    const pid = shopNow().running(unit);
    expect(sh(`tr '\\0' ' ' </proc/${pid}/cmdline`)).toMatch(/--max-old-space-size=\d+ /);
    const set = sh(`tr '\\0' '\\n' </proc/${pid}/environ | grep MALLOC_ | sort`);
    // Pictures, which are large, are the terminal's.
    const large = ['MALLOC_MMAP_THRESHOLD_=131072', 'MALLOC_TRIM_THRESHOLD_=131072'];
    const wanted = ['MALLOC_ARENA_MAX=2', ...(unit === 'gopay-pos.service' ? large : [])];
    expect(set).toBe(wanted.join('\n'));
  });
}

/** Who may use the relay is read again without a restart. */
export function checkReload(unit: string, shopNow: () => Shop): void {
  it('reads who may use it again when it is reloaded, by the same process', async () => {
    const { container } = shopNow();
    const since = shopNow().now();
    const pid = shopNow().running(unit);
    container.sh(`systemctl reload ${unit}`);
    await container.until(`journalctl --sync; journalctl -u ${unit} -o cat --since=@${since}`, (said) =>
      said.includes('read again: '),
    );
    expect(shopNow().running(unit)).toBe(pid);
  });
}

/** Whoever stands still is ended and started again. Slow by nature, so all at the same time. */
export function checkWatchdog(units: readonly string[], shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);

  afterEach(() => shopNow().tidy());

  it('is ended and started again when it hangs', async () => {
    // The terminal's loop proves itself every 2 s; the real 20 s would only make this longer.
    for (const unit of units) shopNow().override(unit, 'WatchdogSec=5');
    const since = shopNow().now();
    const pids = units.map((unit) => shopNow().restart(unit));
    sh(`kill -STOP ${pids.join(' ')}`);
    await Promise.all(units.map((unit, index) => shopNow().again(unit, pids[index] ?? 0)));
    for (const unit of units)
      expect(shopNow().said(unit, since)).toMatch(/Watchdog timeout[\s\S]+Failed with result 'watchdog'/u);
  });

  it('is ended as well when its timers run but its loop stands still, and not when that moves', async () => {
    // Long enough for one of the two to be late on a machine that has other things to do.
    const service = '-p Type=notify -p WatchdogSec=8 -p WatchdogSignal=SIGKILL';
    for (const how of ['moves', 'still'])
      sh(`systemd-run -q --unit=${how} ${service} node /root/still.mjs ${how}`);
    const since = Number(shopNow().show('moves', 'WatchdogTimestampMonotonic'));
    await shopNow().container.until('systemctl show -P Result still', (result) => result === 'watchdog');
    expect(sh('journalctl --sync; journalctl -u still -o cat')).toContain(
      'watchdog not fed any more: the loop has not gone round',
    );
    expect(shopNow().show('moves', 'ActiveState')).toBe('active');
    expect(Number(shopNow().show('moves', 'WatchdogTimestampMonotonic'))).toBeGreaterThan(since);
    sh('systemctl stop moves');
  });
}
