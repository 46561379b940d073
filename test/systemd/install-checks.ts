import { expect, it } from 'vitest';
import type { Shop } from './shop.js';

const TERMINAL = 'gopay-pos.service';

/** What install.sh does to a machine, and leaves alone. */
export function checkInstall(shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);

  it('puts program, command, units, users and directories in their places', () => {
    expect(sh('ls /usr/lib/gopay-pos')).toBe('devices\ndist\nnode_modules\npackage.json\nsystemd');
    expect(sh('id -u gopay-pos gopay-pos-relay >/dev/null; stat -c "%a %U" /var/lib/gopay-pos')).toBe(
      '700 gopay-pos',
    );
    expect(sh('stat -c "%a %U %n" /usr/bin/gopay-pos')).toBe('755 root /usr/bin/gopay-pos');
  });

  it('leaves developers out: no compiler, no test runner, no sources of native modules', () => {
    expect(
      sh('cd /usr/lib/gopay-pos/node_modules; ls -d typescript vitest @biomejs/biome 2>/dev/null || :'),
    ).toBe('');
    expect(sh('find /usr/lib/gopay-pos -name sqlite3.c -o -type l')).toBe('');
    expect(Number(sh('du -sm /usr/lib/gopay-pos | cut -f1'))).toBeLessThan(80);
  });

  it('does nothing twice but copy the program, and never writes over a configuration', () => {
    expect(shopNow().installed[0]).toContain('/usr/lib/systemd/system/gopay-pos.service');
    expect(shopNow().installed[1]).not.toMatch(/install -D/);
    expect(shopNow().installed[1]).toContain('copy /opt/checkout to /usr/lib/gopay-pos');
    expect(sh('grep -c KASIR1 /etc/gopay-pos/terminal.toml; ls /etc/gopay-pos')).toBe(
      '1\nrelay.toml\nterminal.toml',
    );
  });

  it('lets only root and the relay read the digests of tokens, and leaves another mode as somebody has set it', () => {
    const relay = '/etc/gopay-pos/relay.toml';
    const stat = `stat -c "%a %U %G" ${relay}`;
    // The technician's own, written for everybody to read, as the installer once did.
    expect(sh(stat)).toBe('640 root gopay-pos-relay');
    sh(`runuser -u gopay-pos-relay -- cat ${relay}`);
    expect(sh(`runuser -u gopay-pos -- cat ${relay} 2>&1 || :`)).toContain('Permission denied');
    sh(`chmod 0604 ${relay}; /opt/checkout/systemd/install.sh`);
    expect(sh(`${stat}; chmod 0640 ${relay}`)).toBe('604 root gopay-pos-relay');
    sh(`cp -p ${relay} /root/relay.toml; rm ${relay}; /opt/checkout/systemd/install.sh`);
    expect(sh(`${stat}; mv /root/relay.toml ${relay}`)).toBe('640 root gopay-pos-relay');
  });

  it('installs a program that runs on the Node of Debian 13, and finds its first configurations good', () => {
    expect(sh('/usr/bin/node --version')).toMatch(/^v20\.19\./);
    for (const [name, option] of Object.entries({ terminal: '', relay: '--relay' })) {
      const example = `/usr/lib/gopay-pos/systemd/${name}.example.toml`;
      expect(sh(`gopay-pos config check ${example} ${option}`)).toContain(`${example}: good`);
      expect(sh(`gopay-pos config check ${option}`)).toBe(`/etc/gopay-pos/${name}.toml: good`);
    }
  });

  it('lets bash complete what it is asked', () => {
    const source = 'source /usr/share/bash-completion/completions/gopay-pos';
    const script = `${source}; COMP_WORDS=(gopay-pos owe) COMP_CWORD=1; _gopay_pos; echo "$COMPREPLY"`;
    expect(sh(`bash -c '${script}'; head -1 /usr/share/zsh/vendor-completions/_gopay-pos`)).toBe(
      'owed\n#compdef gopay-pos',
    );
  });

  it('starts a program now and at each boot with --enable', () => {
    sh('/opt/checkout/systemd/install.sh --enable terminal');
    expect(sh(`systemctl is-enabled ${TERMINAL}; systemctl is-active ${TERMINAL}`)).toBe('enabled\nactive');
  });

  it('gives an older systemd the credentials that it can take, and a newer one nothing of that', () => {
    const dropIn = 'usr/lib/systemd/system/gopay-pos.service.d/before-254.conf';
    sh('mkdir -p /tmp/old/usr/lib/systemd; touch /tmp/old/usr/lib/systemd/libsystemd-shared-252.so');
    sh('/opt/checkout/systemd/install.sh --root /tmp/old');
    // Its group is there at the first boot.
    expect(sh('stat -c "%a %U %G" /tmp/old/etc/gopay-pos/relay.toml')).toBe('640 root root');
    expect(sh(`grep LoadCredential /tmp/old/${dropIn}; ls /tmp/old/etc/gopay-pos`)).toBe(
      'LoadCredential=gopay-pos.gateway\nLoadCredential=gopay-pos.mqtt\nLoadCredential=gopay-pos.proxy\nrelay.toml\nterminal.toml',
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
}

export function checkUninstall(shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);

  it('takes the program away and keeps the journal, the configuration and the secrets', () => {
    shopNow().running(TERMINAL);
    const said = sh('/opt/checkout/systemd/install.sh --uninstall');
    expect(said).toContain('Kept: /var/lib/gopay-pos');
    expect(
      sh(
        `ls -d /usr/lib/gopay-pos* /usr/bin/gopay-pos /usr/lib/*/system/gopay-pos* /usr/share/*/*/*gopay-pos 2>/dev/null || :`,
      ),
    ).toBe('');
    expect(sh('ls -d /etc/pam.d/gopay-pos* /etc/chromium/policies/managed/gopay-pos* 2>/dev/null || :')).toBe(
      '',
    );
    expect(sh(`systemctl show -P LoadState ${TERMINAL}; pgrep -f gopay-pos/dist || :`)).toBe('not-found');
    sh('ls /var/lib/gopay-pos/journal.db /etc/gopay-pos/terminal.toml /etc/credstore/gopay-pos.gateway');
  });
}
