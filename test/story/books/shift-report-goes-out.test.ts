import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ShiftReport } from '../../../src/core/shift/shift.js';
import { sells } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';
import { WebhookReceiver } from '../kit/webhook-receiver.js';

let directory: string;
let books: WebhookReceiver;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-reports-'));
  books = await WebhookReceiver.make();
});
afterEach(async () => {
  await books.down();
  rmSync(directory, { recursive: true, force: true });
});

/** With a mailer that keeps what it is given, or refuses it while there is a file called `refuses`. */
function reporting() {
  const sendmail = join(directory, 'sendmail');
  writeFileSync(
    sendmail,
    `#!/bin/sh\nif [ -e ${directory}/refuses ]; then echo "no route" >&2; exit 75; fi\ncat >>${directory}/mails\n`,
  );
  chmodSync(sendmail, 0o755);
  const toml = `[report]\nfolder = "${directory}/usb/reports"\nsendmail = "${sendmail}"\nmail_to = ["sri@example.com"]\nmail_from = "kasir@example.com"\n${books.toml}`;
  return { toml, mqtt: false, printer: false } as const;
}

const mails = (): string[] => {
  try {
    return [...readFileSync(join(directory, 'mails'), 'utf8').matchAll(/^Message-ID: (.*)$/gm)].map(
      ([, id = '']) => id,
    );
  } catch {
    return [];
  }
};
const waits = (shop: Shop): number => shop.program.journal.reports.waiting().length;

it('files, mails and posts the totals of a closed shift, once each, with the sums of its slip', () =>
  story(reporting(), async (shop) => {
    mkdirSync(join(directory, 'usb'));
    await books.up();
    await sells(shop, 20_000);
    const closed = (await ask(shop, 'shift', ['close', '1'])).data as ShiftReport;
    await shop.until('all to be out', () => waits(shop) === 0);
    const [file = '', ...more] = readdirSync(join(directory, 'usb/reports'));
    expect([file, ...more]).toEqual(['T1-shift-000001.csv']);
    expect(readFileSync(join(directory, 'usb/reports', file), 'utf8')).toContain(';all;settled;1;20000\r\n');
    expect(mails()).toEqual([expect.stringMatching(/^<T1-shift-000001\.\w+@example\.com>$/)]);
    await shop.until('the webhook', () => books.effects.includes('shift.closed'));
    const told = books.received.find(({ type }) => type === 'shift.closed');
    expect(JSON.parse(told?.raw ?? '')).toMatchObject({
      shift: { terminal: 'T1', number: 1, all: closed.all },
    });
    expect((await ask(shop, 'webhooks')).text).toContain('T1-shift-000001.shift.closed.');
  }));

it('goes out later where folder, mailer and receiver were away, after a power cut as well, and holds up no sale', () =>
  story(reporting(), async (shop) => {
    writeFileSync(join(directory, 'refuses'), '');
    await sells(shop, 20_000);
    await ask(shop, 'shift', ['close', '1']);
    const faults = (): string => shop.log.join('\n');
    await shop.until(
      'the faults',
      () => /E770 .*ENOENT/.test(faults()) && /E771 .*exit 75: no route/.test(faults()),
    );
    expect((await ask(shop, 'status')).text).toMatch(
      /the report of shift 1 waits to go out by mail, \d+ times in vain/,
    );
    await sells(shop, 5_000);
    await shop.powerCut();
    mkdirSync(join(directory, 'usb'));
    rmSync(join(directory, 'refuses'));
    await books.up();
    await shop.startTerminal();
    const told = (): boolean => books.effects.includes('shift.closed');
    // What was tried in vain has its next try within a minute.
    for (let look = 0; !(told() && waits(shop) === 0) && look < 5; look += 1)
      await shop.clock.advance(30_000);
    await shop.until('all to be out', () => told() && waits(shop) === 0);
    expect(readdirSync(join(directory, 'usb/reports'))).toEqual(['T1-shift-000001.csv']);
    expect(new Set(mails()).size).toBe(1);
  }));
