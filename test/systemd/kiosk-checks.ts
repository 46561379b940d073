import { expect, it } from 'vitest';
import type { Shop } from './shop.js';

const KIOSK = 'gopay-pos-kiosk.service';
const INSTALL = '/opt/checkout/systemd/install.sh --enable kiosk';
const POLICY = '/etc/chromium/policies/managed/gopay-pos-kiosk.json';

/** Stands in for compositor and browser, which a container has no screen for: says what it was called with, and stays. */
const STAND_IN = `
for name in cage Xwayland chromium; do
  printf '#!/bin/sh\\nprintf "%%s\\\\n" "$0" "$@"\\nexec sleep infinity\\n' >/usr/bin/$name; chmod 755 /usr/bin/$name
done
mkdir -p /usr/lib/security; touch /usr/lib/security/pam_systemd.so`;

/** A container has neither virtual terminals nor seats. */
const NO_SEAT = `
mkdir -p /run/systemd/system/${KIOSK}.d
printf '[Unit]\\nConditionPathExists=\\n[Service]\\nTTYPath=\\nStandardInput=null\\nPAMName=\\nUtmpIdentifier=\\n' >/run/systemd/system/${KIOSK}.d/test.conf
systemctl daemon-reload`;

/** The unit of the customer's screen, as far as it goes without one. */
export function checkKiosk(shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);

  it('is not enabled where its packages are missing: install.sh names them and changes nothing', () => {
    const before = sh('find /usr/lib /etc /usr/bin | sort | md5sum');
    const said = sh(`${INSTALL} 2>&1 || :`);
    expect(said).toMatch(/apt-get install --no-install-recommends cage xwayland chromium .*fonts-inter$/m);
    expect(sh('find /usr/lib /etc /usr/bin | sort | md5sum')).toBe(before);
  });

  it('is understood by systemd without a word of warning', () => {
    sh(STAND_IN);
    const verified = shopNow().container.run('systemd-analyze', 'verify', `/usr/lib/systemd/system/${KIOSK}`);
    expect(verified).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('is enabled with its session and the policy of its browser, and waits for a machine that has a screen', () => {
    sh(INSTALL);
    expect(sh(`systemctl is-enabled ${KIOSK}; systemctl show -P ConditionResult ${KIOSK}`)).toBe(
      'enabled\nno',
    );
    expect(sh('grep -c ^session.*pam_systemd /etc/pam.d/gopay-pos-kiosk')).toBe('1');
    expect(JSON.parse(sh(`cat ${POLICY}`))).toMatchObject({
      RemoteDebuggingAllowed: false,
      DeveloperToolsAvailability: 2,
    });
  });

  it('shows the page full screen as a user of its own, once the terminal serves it, with flags of the shop', async () => {
    sh(`echo 'KIOSK_FLAGS=--force-dark-mode' >/etc/gopay-pos/kiosk.env; ${NO_SEAT}`);
    const since = shopNow().now();
    shopNow().running('gopay-pos.service');
    const pid = shopNow().running(KIOSK);
    expect(sh(`stat -c %U /proc/${pid}; stat -c '%a %U' /run/gopay-pos-kiosk`)).toBe(
      'gopay-pos-kiosk\n700 gopay-pos-kiosk',
    );
    const said = `journalctl --sync; journalctl -u ${KIOSK} -o cat --since=@${since}`;
    const called = (await shopNow().container.until(said, (text) => text.includes('http://'))).split('\n');
    expect(called).toEqual(
      expect.arrayContaining(['/usr/bin/cage', '--', '/usr/bin/chromium', '--kiosk', '--force-dark-mode']),
    );
    expect(called).toContain('--hide-crash-restore-bubble');
    expect(called).toContain('http://127.0.0.1:8410/');
    expect(called.filter((word) => word.includes('remote-debugging') || word.includes('no-sandbox'))).toEqual(
      [],
    );
  });

  it('cannot read what the terminal knows: its journal, its keys, its control socket', () => {
    const pid = Number(shopNow().show(KIOSK, 'MainPID'));
    const inside = `nsenter -t ${pid} -m -- setpriv --reuid gopay-pos-kiosk --clear-groups`;
    for (const path of ['/var/lib/gopay-pos', '/etc/credstore', '/run/gopay-pos'])
      expect(sh(`${inside} ls ${path} 2>&1 || :`), path).toContain('Permission denied');
    sh(`systemctl disable --now ${KIOSK}; rm /etc/gopay-pos/kiosk.env`);
    shopNow().tidy();
  });
}
