import { expect, it } from 'vitest';
import type { Shop } from './shop.js';

const TERMINAL = 'gopay-pos.service';
const RELAY = 'gopay-pos-relay.service';

/** Relay, terminal and sandbox as processes of their own on one machine, and a customer at the page. */
export function checkSale(shopNow: () => Shop): void {
  const sh = (script: string): string => shopNow().container.sh(script);

  it('is a relay that answers, with a broker whose store is its own', () => {
    sh(`systemd-run -q --unit=sandbox -p Type=notify gopay-pos sandbox --key-file /root/sandbox.key`);
    const pid = shopNow().restart(RELAY);
    expect(shopNow().show(RELAY, 'StatusText')).toBe('1 terminals, broker good');
    expect(sh('node /root/get.mjs http://127.0.0.1:8430/healthz')).toMatch(/^200 .*"publisher":"ok"/);
    expect(sh('stat -c %U /var/lib/gopay-pos-relay/broker/CURRENT')).toBe('gopay-pos-relay');
    expect(
      shopNow()
        .entries(RELAY, `_PID=${pid}`)
        .filter(({ MESSAGE }) => /^<\d>/.test(MESSAGE)),
    ).toEqual([]);
  });

  it('says plainly that its port is taken, and ends with 69', () => {
    sh(
      `sed 's/^.midtrans.$/[broker]\\nport = 0\\ndirectory = ""\\n&/' /etc/gopay-pos/relay.toml >/root/second.toml`,
    );
    const credential = 'gopay-pos-relay.midtrans-server-key';
    const second = shopNow().container.run(
      ...['systemd-run', '--wait', '--unit=second', `--property=LoadCredential=${credential}`],
      ...['gopay-pos', 'relay', '--config', '/root/second.toml'],
    );
    expect(second.code).toBe(69);
    expect(sh('journalctl --sync; journalctl -u second -o cat -p err')).toMatch(
      /^E832 the relay cannot listen at 127\.0\.0\.1 port 8430: .*EADDRINUSE/,
    );
  });

  it('sells: typed at the page, terminal and relay killed in the middle, taken up again, paid, delivered', async () => {
    shopNow().running(RELAY);
    const pid = shopNow().restart(TERMINAL);
    sh('systemd-run -q --unit=customer node /root/customer.mjs http://127.0.0.1:8410 15000');
    const shows = (screens: RegExp): Promise<string> =>
      shopNow().container.until('journalctl --sync; journalctl -u customer -o cat', (text) =>
        screens.test(text),
      );
    await shows(/shows scan/);
    const orderId = openOrder();
    const relay = shopNow().running(RELAY);
    sh(`kill -9 ${pid} ${relay}`);
    await Promise.all([shopNow().again(TERMINAL, pid), shopNow().again(RELAY, relay)]);
    expect(openOrder()).toBe(orderId);
    await shows(/shows scan[\s\S]*no page[\s\S]*shows scan/);
    const paid = sh(`node /root/get.mjs http://127.0.0.1:8421/sandbox/api/pay '{"id":"${orderId}"}'`);
    expect(paid).toMatch(/^200 /);
    await shows(/shows paid/);
    // Both ears: the notice came as well, by MQTT through the relay's broker.
    await shopNow().container.until(`journalctl --sync; journalctl -u ${TERMINAL} -o cat`, (log) =>
      log.includes(`${orderId} <- notice: settlement`),
    );
    expect(sh('node /root/get.mjs http://127.0.0.1:8421/sandbox/api/requests')).toMatch(
      /"processed":\{[^}]*"charge":1[,}]/,
    );
    // One sale in the machine's journal, by its number and nothing else.
    expect(sh(`journalctl ORDER_ID=${orderId} -u ${TERMINAL} -o json -n 1`)).toContain(
      '"SYSLOG_IDENTIFIER":"gopay-pos"',
    );
    const told = await shopNow().container.until('gopay-pos status --json || :', (text) =>
      text.includes('delivered'),
    );
    expect(JSON.parse(told)).toMatchObject({ totals: [{ state: 'delivered', count: 1, sum: 15_000 }] });
    sh('systemctl stop customer');

    function openOrder(): string {
      const { open } = JSON.parse(sh('gopay-pos status --json || :')) as { open?: { orderId: string } };
      return open?.orderId ?? 'none';
    }
  });

  it('finds the terminal again when the relay was restarted under it', async () => {
    const since = shopNow().now();
    sh(`systemctl restart ${RELAY}`);
    await shopNow().container.until(
      `journalctl --sync; journalctl -u ${RELAY} -o cat --since=@${since}`,
      (text) => text.includes('KASIR1 connected'),
    );
    expect(shopNow().said(RELAY, since)).not.toContain('not stopped within');
  });

  it('showed no key in the process list, the environment, the log or to another user', () => {
    const inProcesses = (looked: string): number =>
      Number(sh(`cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | grep -ac ${looked} || :`));
    expect(inProcesses('MALLOC_ARENA_MAX=2')).toBeGreaterThan(0);
    // The keys are read from a file, because the command that looks for them is in the process list as well.
    expect(inProcesses('-F -f /root/secrets')).toBe(0);
    expect(sh('journalctl --sync; journalctl -a -o export | grep -acF -f /root/secrets || :')).toBe('0');
    expect(sh('grep -rlF -f /root/secrets /var/lib/gopay-pos /var/lib/gopay-pos-relay || :')).toBe('');
    const reader = 'setpriv --reuid=nobody --clear-groups';
    for (const unit of [TERMINAL, RELAY])
      expect(sh(`${reader} find /run/credentials/${unit} -type f 2>/dev/null || :`)).toBe('');
  });
}
