import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Datagram, ServiceNotifier } from '../../src/host/notify.js';
import { openNotifySocket } from '../../src/host/notify-socket.js';
import { SecretRegistry } from '../../src/host/secrets.js';

interface Received {
  readonly text: string;
  readonly pid: number;
}

let directory = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-notify-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(directory, { recursive: true });
});

/** A python3 process that reads datagrams, because Node itself cannot. */
async function receiver(path: string): Promise<{ next(): Promise<Received>; child: ChildProcess }> {
  const script = fileURLToPath(new URL('receiver.py', import.meta.url));
  const child = spawn('python3', [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Received> => {
    const line = await lines.next();
    if (line.done) throw new Error('python3 ended (is it installed?)');
    return JSON.parse(line.value) as Received;
  };
  expect(await next()).toEqual({ listening: true });
  return { next, child };
}

async function notifierTo(path: string): Promise<ServiceNotifier> {
  const socket = openNotifySocket({ NOTIFY_SOCKET: path });
  if (!socket.ok) throw new Error(socket.error.detail);
  return new ServiceNotifier({ datagram: socket.value, secrets: new SecretRegistry() });
}

describe('messages to systemd', () => {
  it.each([
    ['a path', () => join(directory, 'notify')],
    ['the abstract namespace', () => `@gopay-pos-${randomUUID()}`],
  ])('arrive through %s, from this very process', async (_where, place) => {
    const path = place();
    const { next } = await receiver(path);
    const notifier = await notifierTo(path);
    expect(notifier.ready('waiting for a sale').ok).toBe(true);
    expect(await next()).toEqual({ text: 'READY=1\nSTATUS=waiting for a sale', pid: process.pid });
    notifier.status('Rp 15.000: QR shown, 4:52 left');
    expect((await next()).text).toBe('STATUS=Rp 15.000: QR shown, 4:52 left');
    notifier.watchdog();
    expect((await next()).text).toBe('WATCHDOG=1');
    notifier.stopping('draining');
    expect((await next()).text).toBe('STOPPING=1\nSTATUS=draining');
  });

  it('that nobody takes are faults, not exceptions', async () => {
    const notifier = await notifierTo(join(directory, 'nobody'));
    const sent = notifier.ready('a');
    expect(sent).toMatchObject({ ok: false, error: { kind: 'temporary', code: 801 } });
    expect(JSON.stringify(sent)).toContain('ENOENT');
  });

  it('do not wait when the receiver reads nothing', async () => {
    const path = join(directory, 'notify');
    const { child } = await receiver(path);
    child.kill('SIGSTOP');
    const notifier = await notifierTo(path);
    let refused: unknown;
    // net.unix.max_dgram_qlen is 10 to 512; a sender that waited would hang here for ever.
    for (let sent = 0; sent < 5_000 && !refused; sent += 1) {
      const result = notifier.status(String(sent));
      if (!result.ok) refused = result.error;
    }
    expect(refused).toMatchObject({ code: 801, detail: expect.stringContaining('EAGAIN') });
  });

  it('go nowhere, and well, when there is no socket', async () => {
    const socket = openNotifySocket({});
    expect(socket).toEqual({ ok: true, value: undefined });
    const notifier = new ServiceNotifier({ datagram: undefined, secrets: new SecretRegistry() });
    expect(notifier.ready('a').ok).toBe(true);
  });

  it.each(['relative/path', '@', `/${'x'.repeat(107)}`, 'vsock:2:1234'])(
    'cannot be sent to %s: E802',
    async (path) => {
      expect(openNotifySocket({ NOTIFY_SOCKET: path })).toMatchObject({
        ok: false,
        error: { kind: 'refused', code: 802 },
      });
    },
  );
});

describe('the notifier', () => {
  function recorder(): { sent: string[]; full: boolean; datagram: Datagram } {
    const record = {
      sent: [] as string[],
      full: false,
      datagram: (bytes: Uint8Array) => {
        if (record.full) return { ok: false, error: { errno: 11, name: 'EAGAIN' } } as const;
        record.sent.push(Buffer.from(bytes).toString());
        return { ok: true, value: undefined } as const;
      },
    };
    return record;
  }

  it('sends what did not get through with the next message, but no old ping', () => {
    const record = recorder();
    const notifier = new ServiceNotifier({ datagram: record.datagram, secrets: new SecretRegistry() });
    record.full = true;
    notifier.ready('starting');
    notifier.status('waiting for a sale');
    notifier.watchdog();
    record.full = false;
    notifier.stopping('draining');
    notifier.watchdog();
    expect(record.sent).toEqual(['READY=1\nSTATUS=draining\nSTOPPING=1', 'WATCHDOG=1']);
  });

  it('keeps a status on one line, short, and free of secrets', () => {
    const record = recorder();
    const secrets = new SecretRegistry();
    secrets.register('mqtt', 'correct horse battery');
    const notifier = new ServiceNotifier({ datagram: record.datagram, secrets });
    notifier.status(`correct horse battery\nREADY=1 ${'x'.repeat(300)}`);
    expect(record.sent[0]).toMatch(/^STATUS=\[secret:mqtt\] READY=1 x+$/);
    expect(record.sent[0]?.length).toBe('STATUS='.length + 240);
  });
});
