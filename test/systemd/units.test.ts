import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { standInProgram } from './program.js';
import { demandTools } from './rootfs.js';
import { KEY, Shop } from './shop.js';
import { checkUnit } from './unit-checks.js';

const TERMINAL = 'gopay-pos.service';
const RELAY = 'gopay-pos-relay.service';
let shop: Shop;
const sh = (script: string): string => shop.container.sh(script);

beforeAll(async () => {
  demandTools();
  // The relay has no secret here on purpose; see below.
  shop = await Shop.open(standInProgram(), { '/etc/credstore/gopay-pos.gateway': KEY });
}, 900_000);

afterAll(async () => {
  await shop?.container.stop();
});

afterEach(() => {
  shop.release(TERMINAL);
  shop.release(RELAY);
});

describe('install.sh', () => {
  it('puts program, command, units, users and directories in their places', () => {
    expect(sh('ls /usr/lib/gopay-pos')).toMatch(/^(devices\n)?dist\nnode_modules\npackage.json\nsystemd$/);
    expect(sh('id -u gopay-pos gopay-pos-relay >/dev/null; stat -c "%a %U" /var/lib/gopay-pos')).toBe(
      '700 gopay-pos',
    );
    expect(sh('stat -c "%a %U %n" /etc/gopay-pos/*.toml /usr/bin/gopay-pos')).toBe(
      '644 root /etc/gopay-pos/relay.toml\n644 root /etc/gopay-pos/terminal.toml\n755 root /usr/bin/gopay-pos',
    );
  });

  it('leaves developers out: no compiler, no test runner, no sources of native modules', () => {
    expect(
      sh('cd /usr/lib/gopay-pos/node_modules; ls -d typescript vitest @biomejs/biome 2>/dev/null || :'),
    ).toBe('');
    expect(sh('find /usr/lib/gopay-pos -name sqlite3.c -o -type l')).toBe('');
    expect(Number(sh('du -sm /usr/lib/gopay-pos | cut -f1'))).toBeLessThan(80);
  });

  it('does nothing twice but copy the program', () => {
    expect(shop.installed[0]).toContain('/usr/lib/systemd/system/gopay-pos.service');
    expect(shop.installed[1]).not.toMatch(/install -D/);
    expect(shop.installed[1]).toContain('copy /opt/checkout to /usr/lib/gopay-pos');
  });

  it('never writes over a configuration', () => {
    sh('echo "# mine" >>/etc/gopay-pos/terminal.toml; /opt/checkout/systemd/install.sh >/dev/null');
    expect(sh('tail -1 /etc/gopay-pos/terminal.toml')).toBe('# mine');
  });

  it('starts a program now and at each boot with --enable', () => {
    sh('/opt/checkout/systemd/install.sh --enable terminal');
    expect(sh(`systemctl is-enabled ${TERMINAL}; systemctl is-active ${TERMINAL}`)).toBe('enabled\nactive');
  });

  it('gives an older systemd the credentials that it can take, and a newer one nothing of that', () => {
    const dropIn = 'usr/lib/systemd/system/gopay-pos.service.d/before-254.conf';
    sh('mkdir -p /tmp/old/usr/lib/systemd; touch /tmp/old/usr/lib/systemd/libsystemd-shared-252.so');
    sh('/opt/checkout/systemd/install.sh --root /tmp/old');
    expect(sh(`grep LoadCredential /tmp/old/${dropIn}`)).toBe(
      'LoadCredential=gopay-pos.gateway\nLoadCredential=gopay-pos.mqtt',
    );
    expect(sh(`ls /${dropIn} 2>/dev/null || :`)).toBe('');
    // The image was upgraded: the drop-in goes.
    sh('cd /tmp/old/usr/lib/systemd; mv libsystemd-shared-252.so libsystemd-shared-257.so');
    sh('/opt/checkout/systemd/install.sh --root /tmp/old');
    expect(sh(`ls /tmp/old/${dropIn} 2>/dev/null || :; rm -r /tmp/old`)).toBe('');
  });

  it('only tells what it would do with --dry-run', () => {
    const before = sh('find /usr/lib /etc /usr/bin | sort | md5sum');
    expect(sh('/opt/checkout/systemd/install.sh --uninstall --dry-run')).toContain(
      'rm -rf /usr/lib/gopay-pos',
    );
    expect(sh('/opt/checkout/systemd/install.sh --root /tmp/image --dry-run')).toContain(
      '/tmp/image/usr/bin/gopay-pos',
    );
    expect(sh('find /usr/lib /etc /usr/bin | sort | md5sum; ls -d /tmp/image 2>/dev/null || :')).toBe(before);
  });
});

describe.each([TERMINAL, RELAY])('%s', (unit) => {
  checkUnit(unit, () => shop);

  it('finds after kill -9 what it had written before', async () => {
    const pid = shop.restart(unit);
    const before = startsOf(shop.show(unit, 'StatusText'));
    sh(`kill -9 ${pid}`);
    await shop.again(unit, pid);
    expect(startsOf(shop.show(unit, 'StatusText'))).toBe(before + 1);
  });

  it('drains before it ends', () => {
    shop.restart(unit);
    sh(`systemctl stop ${unit}`);
    const messages = shop.entries(unit).map((entry) => entry.MESSAGE);
    expect(messages.indexOf('drained')).toBeGreaterThan(messages.indexOf('SIGTERM: draining'));
  });
});

describe('the terminal under systemd', () => {
  it('is active only when it said READY, however long that takes', async () => {
    sh(`systemctl stop ${TERMINAL}; touch /var/lib/gopay-pos/hold`);
    // A start that takes longer than this is ended, unless the program asks for more time; it does.
    shop.override(TERMINAL, 'TimeoutStartSec=10');
    sh(`systemctl start --no-block ${TERMINAL}`);
    await shop.container.until(
      `journalctl --sync; journalctl -u ${TERMINAL} _PID=$(systemctl show -P MainPID ${TERMINAL}) -o cat`,
      (lines) => lines.includes('bytes free'),
    );
    expect(shop.show(TERMINAL, 'ActiveState')).toBe('activating');
    sh('rm /var/lib/gopay-pos/hold');
    await shop.container.until(`systemctl show -P ActiveState ${TERMINAL}`, (state) => state === 'active');
  });

  it('says in systemctl status what it is doing', () => {
    shop.restart(TERMINAL);
    expect(sh(`systemctl status --no-pager ${TERMINAL}`)).toMatch(
      /Status: "terminal: start \d+, waiting for a sale"/,
    );
  });

  it('gives journald each line with its weight, and an error of two lines as one', () => {
    const pid = shop.restart(TERMINAL);
    const own = shop.entries(TERMINAL, `_PID=${pid}`);
    const weight = (message: string) => own.find((entry) => entry.MESSAGE.startsWith(message))?.PRIORITY;
    expect(weight('this is an error | of two lines')).toBe('3');
    expect(weight('this is a warning')).toBe('4');
    expect(weight('key ')).toBe('6');
    expect(own.find((entry) => entry.MESSAGE.endsWith('bytes free'))?.PRIORITY).toBe('7');
    expect(shop.entries(TERMINAL, `_PID=${pid}`, '-p', 'err')).toHaveLength(1);
  });

  it('reads its credential, and cannot log it', () => {
    const pid = shop.restart(TERMINAL);
    const messages = shop.entries(TERMINAL, `_PID=${pid}`).map((entry) => entry.MESSAGE);
    expect(messages).toContain(`key [secret:server-key] of ${KEY.length} characters`);
  });

  it('takes an encrypted credential as well, decrypted', () => {
    const plain = '/etc/credstore/gopay-pos.gateway';
    const encrypted = '/etc/credstore.encrypted/gopay-pos.gateway';
    sh(`systemd-creds setup; mkdir -p /etc/credstore.encrypted
        systemd-creds encrypt --name=gopay-pos.gateway ${plain} ${encrypted}; mv ${plain} /root/plain`);
    const pid = shop.restart(TERMINAL);
    sh(`rm ${encrypted}; mv /root/plain ${plain}`);
    const messages = shop.entries(TERMINAL, `_PID=${pid}`).map((entry) => entry.MESSAGE);
    expect(messages).toContain(`key [secret:server-key] of ${KEY.length} characters`);
  });

  it('starts without a credential, and says which one is missing and where it belongs', () => {
    const pid = shop.restart(RELAY);
    expect(shop.entries(RELAY, `_PID=${pid}`, '-p', 'warning').map((entry) => entry.MESSAGE)).toContain(
      'E810 credential midtrans-server-key was not handed over by systemd; ' +
        'put it into /etc/credstore/gopay-pos-relay.midtrans-server-key (mode 0600, owner root)',
    );
  });

  it('is ended and started again when its loop stands still although its timers run', async () => {
    shop.override(TERMINAL, 'WatchdogSec=3');
    const pid = shop.restart(TERMINAL);
    const since = sh('date +%s.%N');
    sh(`kill -USR2 ${pid}`);
    await shop.again(TERMINAL, pid);
    const messages = shop.entries(TERMINAL, `--since=@${since}`).map((entry) => entry.MESSAGE);
    expect(messages.join('\n')).toContain('watchdog not fed any more: a tick is still in the inbox');
    expect(messages.join('\n')).toContain("Failed with result 'watchdog'");
  });

  it('waits a little longer after each failure in a row, up to 10 s, and never gives up', () => {
    expect(shop.show(TERMINAL, 'RestartSteps')).toBe('5');
    expect(shop.show(TERMINAL, 'RestartMaxDelayUSec')).toBe('10s');
    expect(shop.show(TERMINAL, 'StartLimitIntervalUSec')).toBe('0');
  });
});

describe('install.sh --uninstall', () => {
  it('takes the program away and keeps the journal, the configuration and the secrets', () => {
    shop.restart(TERMINAL);
    const said = sh('/opt/checkout/systemd/install.sh --uninstall');
    expect(said).toContain('Kept: /var/lib/gopay-pos');
    expect(
      sh(`ls -d /usr/lib/gopay-pos* /usr/bin/gopay-pos /usr/lib/*/system/gopay-pos* 2>/dev/null || :`),
    ).toBe('');
    expect(sh(`systemctl show -P LoadState ${TERMINAL}; pgrep -x node || :`)).toBe('not-found');
    sh('ls /var/lib/gopay-pos/journal.db /etc/gopay-pos/terminal.toml /etc/credstore/gopay-pos.gateway');
  });
});

function startsOf(status: string): number {
  return Number(/start (\d+),/.exec(status)?.[1]);
}
