import { afterEach, expect, it } from 'vitest';
import { TOKEN } from './files.js';
import type { Shop } from './shop.js';

const TERMINAL = 'gopay-pos.service';
const RELAY = 'gopay-pos-relay.service';

/** The terminal's program under its unit, while nobody answers at the gateway's address. */
export function checkTerminal(shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);
  const status = (good: (text: string) => boolean) =>
    shopNow().container.until(`systemctl show -P StatusText ${TERMINAL}`, good);

  afterEach(() => shopNow().tidy());

  it('is ready without a network, and says in words why it does not sell, each line with its weight', async () => {
    sh(`systemctl stop ${RELAY}`);
    const pid = shopNow().restart(TERMINAL);
    const text = await status((found) => found.includes('E560'));
    expect(text).toMatch(/^not selling: E560 gateway: .*ECONNREFUSED.* \(.*gateway\.url.*\)$/);
    expect(sh(`systemctl status --no-pager ${TERMINAL}`)).toContain(`Status: "${text}"`);
    const own = shopNow().entries(TERMINAL, `_PID=${pid}`);
    const weight = (words: string) => own.find(({ MESSAGE }) => MESSAGE.includes(words))?.PRIORITY;
    expect(weight('started: ')).toBe('6');
    expect(weight('gateway: E560')).toBe('4');
    expect(own.filter(({ MESSAGE }) => /^<\d>/.test(MESSAGE))).toEqual([]);
    expect(shopNow().entries(TERMINAL, `_PID=${pid}`, '-p', 'err')).toEqual([]);
  });

  it('opens its control socket to root and to its group, and to nobody else', () => {
    shopNow().running(TERMINAL);
    expect(sh(`stat -c '%a %U:%G' /run/gopay-pos /run/gopay-pos/control.sock`)).toBe(
      '750 gopay-pos:gopay-pos\n660 gopay-pos:gopay-pos',
    );
    sh('useradd --groups gopay-pos technician');
    const as = (...who: readonly string[]) => shopNow().container.run(...who, 'gopay-pos', 'status');
    // 1: the command ran, and the answer is that it does not sell.
    expect(as()).toMatchObject({ code: 1, stdout: expect.stringContaining('not selling: E560'), stderr: '' });
    const technician = as('setpriv', '--reuid=technician', '--regid=technician', '--init-groups');
    expect(technician).toMatchObject({ code: 1, stdout: expect.stringContaining('not selling: E560') });
    expect(as('setpriv', '--reuid=nobody', '--clear-groups')).toMatchObject({
      code: 69,
      stdout: '',
      stderr: expect.stringMatching(/E831 .*EACCES.* Are you in its group\?/),
    });
    sh(`systemctl stop ${TERMINAL}`);
    expect(as()).toMatchObject({ code: 69, stderr: expect.stringMatching(/E831 .* Is it running\?/) });
  });

  it('its doctor asks the service that runs and says what is wrong; the bundle has the log of the unit, and no token', () => {
    shopNow().running(TERMINAL);
    const look = shopNow().container.run('gopay-pos', 'doctor', '--json', '--lang', 'en');
    expect([look.code, look.stderr]).toEqual([1, '']);
    const { findings } = JSON.parse(look.stdout) as {
      findings: { check: string; verdict: string; code?: number }[];
    };
    const found = (check: string) => findings.find((each) => each.check === check);
    expect(found('gateway.answer')).toMatchObject({ verdict: 'fail', code: 560 });
    expect(found('journal.whole')).toMatchObject({ verdict: 'pass' });
    expect(found('host.program')).toMatchObject({ verdict: 'pass' });
    const nobody = ['setpriv', '--reuid=nobody', '--clear-groups', 'gopay-pos', 'doctor', '--lang', 'en'];
    expect(shopNow().container.run(...nobody).stdout).toMatch(/^FAIL {2}E831/m);
    expect(shopNow().container.run('gopay-pos', 'bundle', '--out', '/tmp/bundle.tar.gz').code).toBe(0);
    const packed = sh('tar -xzOf /tmp/bundle.tar.gz');
    expect(packed).toMatch(/\[\d+\]: started: /);
    expect(packed).not.toContain(TOKEN);
    sh('rm /tmp/bundle.tar.gz');
  });

  checkRefusals(shopNow);
  checkDamage(shopNow);
}

/** What keeps it from starting: said with its weight and in systemctl status, and over as soon as it is put right. */
function checkRefusals(shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);
  // It is started again every few seconds, and each start takes the last one's words away until it has its own.
  const keepsSaying = (words: string): Promise<string> =>
    shopNow().container.until(`systemctl show -P StatusText ${TERMINAL}`, (text) => text === words);

  it('names every error of a wrong configuration, ends with 78, and comes up when it is put right', async () => {
    const file = '/etc/gopay-pos/terminal.toml';
    const since = shopNow().now();
    sh(`systemctl stop ${TERMINAL}
        sed -i 's/^shop = .*/shpo = "Warung"/; s/^level = .*/level = "loud"/' ${file}`);
    expect(shopNow().container.run('systemctl', 'start', TERMINAL).code).toBe(1);
    const errors = shopNow().entries(TERMINAL, `--since=@${since}`, '-p', 'err');
    const said = errors.map(({ MESSAGE }) => MESSAGE).filter((message) => message.startsWith(file));
    expect(said.slice(0, 2)).toEqual([
      expect.stringContaining(`${file}:4: E902 terminal.shpo: found an unknown key;`),
      expect.stringContaining(`${file}:13: E906 log.level: found "loud";`),
    ]);
    expect(shopNow().said(TERMINAL, since)).toContain('Main process exited, code=exited, status=78/CONFIG');
    await keepsSaying(`cannot start: ${file} is wrong in 2 places (gopay-pos config check)`);
    shopNow().tidy();
    await shopNow().again(TERMINAL, 0);
  });

  it('says which credential is missing and where it belongs, ends with 78, and comes up when it is there', async () => {
    const since = shopNow().now();
    sh(`systemctl stop ${TERMINAL}; mv /etc/credstore/gopay-pos.gateway /root/plain`);
    expect(shopNow().container.run('systemctl', 'start', TERMINAL).code).toBe(1);
    const [said] = shopNow().entries(TERMINAL, `--since=@${since}`, '-p', 'err');
    expect(said?.MESSAGE).toBe(
      '/etc/gopay-pos/terminal.toml: E810 gateway.secret: credential gateway was not handed over by systemd; ' +
        'put it into /etc/credstore/gopay-pos.gateway (mode 0600, owner root)',
    );
    expect(shopNow().said(TERMINAL, since)).toContain('status=78/CONFIG');
    await keepsSaying(`cannot start: ${said?.MESSAGE}`);
    // Encrypted this time.
    sh(`systemd-creds setup; mkdir -p /etc/credstore.encrypted
        systemd-creds encrypt --name=gopay-pos.gateway /root/plain /etc/credstore.encrypted/gopay-pos.gateway`);
    const pid = await shopNow().again(TERMINAL, 0);
    // /proc shows the file as the service has it: decrypted.
    const handed = `/proc/${pid}/root/run/credentials/${TERMINAL}/gopay-pos.gateway`;
    expect(sh(`cat ${handed}`)).toBe(TOKEN);
  });
}

function checkDamage(shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);
  const status = (): string => shopNow().show(TERMINAL, 'StatusText');

  it('sets a damaged journal aside, says so, and does not sell until somebody has looked at it', () => {
    sh(`systemctl stop ${TERMINAL}
        mkdir /root/sound; cp -a /var/lib/gopay-pos/. /root/sound
        head -c 65536 /dev/urandom >/var/lib/gopay-pos/journal.db`);
    const bytes = sh('sha256sum </var/lib/gopay-pos/journal.db');
    shopNow().running(TERMINAL);
    const aside = sh('ls /var/lib/gopay-pos/journal.db.damaged-*');
    expect(sh(`sha256sum <${aside}`)).toBe(bytes);
    expect(status()).toContain(`not selling: E720 journal: a damaged journal was set aside as ${aside}`);
    expect(shopNow().container.run('gopay-pos', 'status').stdout).toContain(`set aside: ${aside}`);
    // A restart is no look.
    sh(`kill -9 ${shopNow().show(TERMINAL, 'MainPID')}; systemctl restart ${TERMINAL}`);
    expect(status()).toContain('not selling: E720');
    expect(sh('gopay-pos accept-loss')).toContain('is kept; the terminal sells again');
    shopNow().restart(TERMINAL);
    expect(status()).not.toContain('E720');
    sh(`systemctl stop ${TERMINAL}; rm -r /var/lib/gopay-pos/*; cp -a /root/sound/. /var/lib/gopay-pos`);
  });
}
