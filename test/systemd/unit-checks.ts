import { expect, it } from 'vitest';
import { KEY, type Shop } from './shop.js';

/** systemd-analyze's exposure: 0 is a walled-in program, 10 one without walls. Measured 1.7 and 1.5. */
const WORST_EXPOSURE = 2.5;

/** What must be true of a unit whatever program it runs: the stand-in or the real one. */
export function checkUnit(unit: string, shopNow: () => Shop): void {
  const user = unit.replace('.service', '');
  const sh = (script: string): string => shopNow().container.sh(script);
  checkWalls(unit, shopNow);

  it('says in systemctl status what it is doing', () => {
    shopNow().restart(unit);
    expect(sh(`systemctl status --no-pager ${unit}`)).toMatch(/Status: "[^"]+"/);
  });

  it('keeps its files where nobody else can read them', () => {
    shopNow().restart(unit);
    expect(sh(`stat -c '%a %U' /var/lib/${user}`)).toBe(`700 ${user}`);
    expect(sh(`find /var/lib/${user} ! -user ${user} -o -type f -perm /077`)).toBe('');
  });

  it('shows no key in the process list, the environment, the log or to another user', () => {
    shopNow().restart(unit);
    // The key is read from a file, because the command that looks for it is in the process list as well.
    sh(`echo ${KEY} >/root/pattern`);
    const inProcesses = (looked: string): number =>
      Number(sh(`cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | grep -ac ${looked} || :`));
    expect(inProcesses('MALLOC_ARENA_MAX=2')).toBeGreaterThan(0);
    expect(inProcesses('-f /root/pattern')).toBe(0);
    expect(sh('journalctl --sync; journalctl -a -o export | grep -ac -f /root/pattern || :')).toBe('0');
    const reader = 'setpriv --reuid=nobody --clear-groups';
    expect(sh(`${reader} find /run/credentials/${unit} -type f 2>/dev/null || :`)).toBe('');
  });

  it('comes back after kill -9', async () => {
    const pid = shopNow().restart(unit);
    sh(`kill -9 ${pid}`);
    await shopNow().again(unit, pid);
    expect(shopNow().show(unit, 'NRestarts')).toBe('1');
  });

  it('is ended and started again when it hangs', async () => {
    shopNow().override(unit, 'WatchdogSec=3');
    const pid = shopNow().restart(unit);
    expect(sh(`tr '\\0' '\\n' </proc/${pid}/environ | grep WATCHDOG_USEC`)).toBe('WATCHDOG_USEC=3000000');
    const since = sh('date +%s.%N');
    sh(`kill -STOP ${pid}`);
    await shopNow().again(unit, pid);
    const messages = shopNow()
      .entries(unit, `--since=@${since}`)
      .map((entry) => entry.MESSAGE);
    expect(messages.join('\n')).toMatch(/Watchdog timeout[\s\S]+Failed with result 'watchdog'/u);
  });

  it('ends well when it is stopped, and is not killed', () => {
    shopNow().restart(unit);
    sh(`systemctl stop ${unit}`);
    expect(shopNow().show(unit, 'Result')).toBe('success');
    expect(shopNow().show(unit, 'ExecMainStatus')).toBe('0');
  });
}

function checkWalls(unit: string, shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);

  it('is understood by systemd without a word of warning', () => {
    const verified = shopNow().container.run('systemd-analyze', 'verify', `/usr/lib/systemd/system/${unit}`);
    expect(verified).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('is walled in', () => {
    const text = sh(`systemd-analyze security --no-pager ${unit} | tail -1`);
    expect(Number(/level for \S+: ([\d.]+)/.exec(text)?.[1])).toBeLessThanOrEqual(WORST_EXPOSURE);
  });

  it('runs as its own user without rights, behind the system call filter, and leaves no core dump', () => {
    const pid = shopNow().restart(unit);
    const status = sh(`cat /proc/${pid}/status`);
    expect(sh(`stat -c %U /proc/${pid}`)).toBe(unit.replace('.service', ''));
    expect(status).toMatch(/NoNewPrivs:\s1\n/);
    expect(status).toMatch(/Seccomp:\s2\n/);
    expect(status).toMatch(/CapBnd:\s0+\n/);
    expect(sh(`cat /proc/${pid}/limits`)).toMatch(/Max core file size\s+0\s+0\s/);
  });

  it('has the memory flags', () => {
    const pid = shopNow().restart(unit);
    expect(sh(`tr '\\0' ' ' </proc/${pid}/cmdline`)).toMatch(/--max-old-space-size=\d+ /);
    expect(sh(`tr '\\0' '\\n' </proc/${pid}/environ`)).toContain('MALLOC_ARENA_MAX=2');
  });
}
