import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Container } from '../systemd/container.js';
import { demandTools, rootfs } from '../systemd/rootfs.js';

/** The folder of packages; set by `npm run pack -- --try`, which takes minutes. */
const DEBS = process.env['PACK_DEBS'] ?? '';
const UNIT = 'gopay-pos.service';
const KEY = 'SB-Mid-server-abcdefghijkl';
const TOML = `[terminal]
id = "KASIR1"
shop = "Warung Bu Sri"
[gateway]
mode = "direct"
environment = "sandbox"
url = "http://127.0.0.1:8421"
secret = "credential:gateway"
`;
const SYSTEMD = join(import.meta.dirname, '../../systemd');
const INSIDE = join(import.meta.dirname, '../systemd/inside');

describe.runIf(DEBS !== '')('the Debian packages', () => {
  describe.each(['bookworm', 'trixie'] as const)('in %s, booted', (suite) => {
    const other = mkdtempSync(join(tmpdir(), 'gopay-pos-debs-'));
    let box: Container;
    const sh = (script: string): string => box.sh(script);
    const deb = (name: string): string =>
      `/debs/${readdirSync(DEBS).find((file) => file.startsWith(`${name}_`) && !/_arm/.test(file))}`;
    const installs = (...paths: string[]) => box.run('dpkg', '-i', ...paths);

    beforeAll(async () => {
      demandTools();
      laterVersion(other);
      repository(join(other, 'repository'));
      box = await Container.boot(rootfs(suite), {
        [DEBS]: '/debs',
        [other]: '/other',
        [INSIDE]: '/inside',
        [SYSTEMD]: '/opt/checkout/systemd',
      });
    });
    afterAll(async () => {
      await box?.stop();
      rmSync(other, { recursive: true });
    });

    it('install, enable and start the terminal, which waits for its code', async () => {
      const runtime = suite === 'bookworm' ? [deb('gopay-pos-node')] : [];
      // As install.sh would have left it.
      sh('mkdir -p /usr/lib/gopay-pos/dist; touch /usr/lib/gopay-pos/dist/of-a-checkout');
      const done = installs(...runtime, deb('gopay-pos'));
      expect(done, done.stderr).toMatchObject({ code: 0 });
      await box.until(`systemctl show -P StatusText ${UNIT}`, (text) =>
        text.startsWith('waiting for its code'),
      );
      expect(sh(`systemctl is-enabled ${UNIT}; systemctl show -P SubState ${UNIT}`)).toBe('enabled\nrunning');
      const dropIn = `/usr/lib/systemd/system/${UNIT}.d/before-254.conf`;
      expect(sh(`ls ${dropIn} 2>/dev/null || :`)).toBe(suite === 'bookworm' ? dropIn : '');
      expect(sh('stat -c "%U %a" /var/lib/gopay-pos /etc/gopay-pos/terminal.toml')).toBe(
        'gopay-pos 700\nroot 644',
      );
    });

    it('take over from install.sh, which then leaves them alone', () => {
      expect(sh('ls /usr/lib/gopay-pos/dist/of-a-checkout 2>/dev/null || :')).toBe('');
      for (const option of ['--dry-run', '--uninstall']) {
        const done = box.run('/opt/checkout/systemd/install.sh', option);
        expect([done.code, done.stderr]).toEqual([1, expect.stringContaining('as a Debian package here')]);
      }
    });

    it('sell in a demo, with every native module of the package', () => {
      const sold = sh('gopay-pos demo --once 15000 --directory /tmp/demo --log-level warn');
      expect(JSON.parse(sold.split('\n').at(-1) ?? '')).toMatchObject({ amount: 15_000, state: 'delivered' });
      const modules = [
        'better-sqlite3/build/Release/better_sqlite3.node',
        'koffi',
        'serialport',
        'sharp',
        'level',
      ];
      const load = modules.map((name) => `require('${name}')`).join(',');
      sh(`cd /usr/lib/gopay-pos; ./node -e "${load}"`);
      const fonts = "import('/usr/lib/gopay-pos/dist/devices/display/framebuffer/fonts.js')";
      expect(
        sh(`/usr/lib/gopay-pos/node -e "${fonts}.then((m) => m.readFonts()).then((r) => console.log(r.ok))"`),
      ).toBe('true');
    });

    it('are upgraded with a sale open, which goes on and is delivered once', async () => {
      sh(`printf %s '${KEY}' | install -D -m 0600 /dev/stdin /etc/credstore/gopay-pos.gateway
          cp /etc/credstore/gopay-pos.gateway /root/sandbox.key; cat >/etc/gopay-pos/terminal.toml <<'X'\n${TOML}X
          systemd-run -q --unit=sandbox -p Type=notify gopay-pos sandbox --key-file /root/sandbox.key
          systemctl restart ${UNIT}
          systemd-run -q --unit=customer /usr/lib/gopay-pos/node /inside/customer.mjs http://127.0.0.1:8410 15000`);
      const open = await box.until('gopay-pos status --json || :', (text) => /"orderId"/.test(text));
      await box.until('journalctl --sync; journalctl -u customer -o cat', (text) =>
        text.includes('shows scan'),
      );
      const { orderId } = (JSON.parse(open) as { open: { orderId: string } }).open;
      const done = installs('/other/later.deb');
      expect(done, done.stderr).toMatchObject({ code: 0 });
      const again = await box.until('gopay-pos status --json || :', (text) => text.includes(orderId));
      expect(JSON.parse(again)).toMatchObject({ open: { orderId } });
      sh(
        `/usr/lib/gopay-pos/node /inside/get.mjs http://127.0.0.1:8421/sandbox/api/pay '{"id":"${orderId}"}'`,
      );
      const told = await box.until('gopay-pos status --json || :', (text) => text.includes('delivered'));
      expect(JSON.parse(told)).toMatchObject({ totals: [{ state: 'delivered', count: 1, sum: 15_000 }] });
      expect(sh('grep -c KASIR1 /etc/gopay-pos/terminal.toml')).toBe('1');
    });

    it('refuse to go back to an older one, with a reason, and sell on', () => {
      const pid = sh(`systemctl show -P MainPID ${UNIT}`);
      const done = installs(deb('gopay-pos'));
      expect([done.code, done.stderr]).toEqual([
        1,
        expect.stringMatching(/older program cannot read the journal/),
      ]);
      expect(
        sh(`systemctl show -P MainPID ${UNIT}; dpkg-query -W -f '\${Status} \${Version}' gopay-pos`),
      ).toBe(`${pid}\ninstall ok installed 99.0.0`);
    });

    it('are removed and purged without the journal, which goes only when that is asked for', () => {
      sh('dpkg -r gopay-pos');
      expect(
        sh(
          'ls -d /usr/lib/gopay-pos /usr/bin/gopay-pos 2>/dev/null || :; pgrep -f gopay-pos.cjs.terminal || :',
        ),
      ).toBe('');
      expect(sh('dpkg -P gopay-pos')).toContain('kept /var/lib/gopay-pos');
      sh('ls /var/lib/gopay-pos/journal.db; ! ls /etc/gopay-pos/terminal.toml 2>/dev/null');
      installs('/other/later.deb');
      sh('GOPAY_POS_PURGE_JOURNAL=yes dpkg -P gopay-pos; ! ls -d /var/lib/gopay-pos 2>/dev/null');
    });

    it('install the relay, which nobody starts before it is configured', () => {
      const done = installs(deb('gopay-pos-relay'));
      expect(done, done.stderr).toMatchObject({ code: 0 });
      expect(
        sh('systemctl is-enabled gopay-pos-relay || :; stat -c "%U %G %a" /etc/gopay-pos/relay.toml'),
      ).toBe('disabled\nroot gopay-pos-relay 640');
      expect(sh('gopay-pos config check --relay')).toContain('/etc/gopay-pos/relay.toml: good');
      sh(`printf %s '${KEY}' | install -D -m 0600 /dev/stdin /etc/credstore/gopay-pos-relay.midtrans-server-key
          systemctl enable --now gopay-pos-relay`);
      expect(sh('systemctl show -P ActiveState gopay-pos-relay')).toBe('active');
      const { code, stdout } = box.run('gopay-pos', 'relay', 'doctor', '--json');
      expect([code, JSON.parse(stdout)]).toEqual([
        1,
        expect.objectContaining({ findings: expect.anything() }),
      ]);
      sh('dpkg -P gopay-pos-relay');
    });

    it('are found by apt in the signed repository, and not in one that somebody has changed', () => {
      const apt = 'apt-get -o Dir::Etc::sourceparts=/none -o Dir::Etc::sourcelist=/root/ours.list';
      const key = '/etc/apt/keyrings/gopay-pos.asc';
      sh(`cp -r /other/repository /srv/; install -D -m 0644 /other/repository/gopay-pos.asc ${key}
          echo 'deb [signed-by=${key}] copy:/srv/repository stable main' >/root/ours.list
          ${apt} update; ${apt} install -y --no-install-recommends gopay-pos`);
      expect(sh('dpkg -s gopay-pos')).toContain('Status: install ok installed');
      // Its Chromium and compositor are not here.
      sh(
        `dpkg --force-depends -i ${deb('gopay-pos-kiosk')} 2>&1; id gopay-pos-kiosk; ls /etc/pam.d/gopay-pos-kiosk`,
      );
      expect(sh('systemctl is-enabled gopay-pos-kiosk')).toBe('enabled');
      sh('sed -i s/Suite:/Suite:x/ /srv/repository/dists/stable/InRelease');
      const changed = box.run('sh', '-c', `${apt} update --error-on=any 2>&1`);
      expect([changed.code, changed.stdout]).toEqual([100, expect.stringMatching(/signature verification/i)]);
    });
  });
});

/** The terminal's package once more, with a version that comes after every other. */
function laterVersion(folder: string): void {
  const from = readdirSync(DEBS).find((file) => /^gopay-pos_.*_amd64\.deb$/.test(file)) ?? 'none';
  const tree = join(folder, 'tree');
  const run = (...args: string[]): void => {
    const done = spawnSync('dpkg-deb', args, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`dpkg-deb ${args.join(' ')}: ${done.stderr}`);
  };
  run('-R', join(DEBS, from), tree);
  for (const file of ['control', 'preinst', 'prerm', 'postinst', 'postrm']) {
    const path = join(tree, 'DEBIAN', file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/(Version: |version=)\S+/, (_, name: string) => `${name}99.0.0`),
    );
  }
  run('--root-owner-group', '-Znone', '-b', tree, join(folder, 'later.deb'));
  rmSync(tree, { recursive: true });
}

/** Of all packages, signed by a key of this test alone. */
function repository(folder: string): void {
  const home = mkdtempSync(join(tmpdir(), 'gopay-pos-gpg-'));
  const env = { ...process.env, GNUPGHOME: home };
  const run = (command: string, ...args: string[]): void => {
    const done = spawnSync(command, args, { encoding: 'utf8', env, cwd: join(import.meta.dirname, '../..') });
    if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
  };
  run('gpg', '--batch', '--passphrase', '', '--quick-generate-key', 'test', 'ed25519', 'sign');
  const only = ['--quick', '--only', 'gopay-pos-kiosk', '--out', DEBS];
  run(process.execPath, '.setup/pack.mjs', ...only, '--repository', folder, '--key', 'test');
  spawnSync('gpgconf', ['--kill', 'all'], { env });
  rmSync(home, { recursive: true });
}
