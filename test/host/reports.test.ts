import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReportFolder } from '../../src/host/report-folder.js';
import { Mailer } from '../../src/programs/mailer.js';
import { FakeTime } from '../kit/time.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-report-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const POST = { name: 'T1-shift-000001', text: 'eins\n' };

it('files a report whole, once, and never over another one', async () => {
  const folder = join(directory, 'reports');
  const way = new ReportFolder(folder);
  expect(await way.send(POST)).toEqual({ taken: true });
  // The power went before the journal knew.
  expect(await way.send(POST)).toEqual({ taken: true });
  expect(readdirSync(folder)).toEqual(['T1-shift-000001.csv']);
  // Of a journal that was begun anew.
  expect(await way.send({ ...POST, text: 'zwei\n' })).toEqual({ taken: true });
  expect(readFileSync(join(folder, 'T1-shift-000001.csv'), 'utf8')).toBe('eins\n');
  expect(readFileSync(join(folder, 'T1-shift-000001-2.csv'), 'utf8')).toBe('zwei\n');
});

it('leaves the part of a try that broke off behind, and no file of its name', async () => {
  writeFileSync(join(directory, '.T1-shift-000001.part'), 'ei');
  expect(await new ReportFolder(directory).send(POST)).toEqual({ taken: true });
  expect(readdirSync(directory)).toEqual(['T1-shift-000001.csv']);
});

it('makes no place for reports where their medium is away', async () => {
  const answer = await new ReportFolder(join(directory, 'usb', 'reports')).send(POST);
  expect(answer).toMatchObject({ taken: false, why: expect.stringContaining('ENOENT') });
  expect(existsSync(join(directory, 'usb'))).toBe(false);
  mkdirSync(join(directory, 'usb'));
  writeFileSync(join(directory, 'usb', 'reports'), '');
  expect(await new ReportFolder(join(directory, 'usb', 'reports')).send(POST)).toMatchObject({
    taken: false,
  });
});

/** A program that is called as sendmail is. */
function mailer(script: string): { way: Mailer; time: FakeTime } {
  const program = join(directory, 'sendmail');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const time = new FakeTime();
  return { way: new Mailer(program, time), time };
}

it('hands the message to the mailer byte for byte, and nothing of its own environment', async () => {
  process.env['GOPAY_POS_TEST_SECRET'] = 'x';
  const { way } = mailer(
    `printf '%s ' "$@" >${directory}/args; env >${directory}/env; cat >${directory}/mail`,
  );
  const text = `From: a@b\nTo: c@d\n\n.\n${'lang '.repeat(40_000)}\n`;
  expect(await way.send({ ...POST, text })).toEqual({ taken: true });
  delete process.env['GOPAY_POS_TEST_SECRET'];
  expect(readFileSync(join(directory, 'args'), 'utf8')).toBe('-t -i ');
  expect(readFileSync(join(directory, 'mail'), 'utf8')).toBe(text);
  expect(readFileSync(join(directory, 'env'), 'utf8')).not.toContain('SECRET');
});

it('says why a mailer did not take it: its words and its exit code, or that it is not there', async () => {
  const refuses = mailer('echo "queue is full" >&2; echo again >&2; exit 75').way;
  // Longer than a pipe holds: it ends without having read all of it.
  expect(await refuses.send({ ...POST, text: 'x'.repeat(200_000) })).toEqual({
    taken: false,
    why: 'exit 75: queue is full again',
  });
  const gone = new Mailer(join(directory, 'none'), new FakeTime());
  expect(await gone.send(POST)).toMatchObject({ taken: false, why: expect.stringContaining('ENOENT') });
});

it('ends a mailer that never ends, and waits for none when the terminal stops', async () => {
  const { way, time } = mailer('exec sleep 1000');
  const sent = way.send(POST);
  time.advance(60_000);
  expect(await sent).toEqual({ taken: false, why: 'not done after 60000 ms' });
  const cut = way.send(POST);
  way.stop();
  expect(await cut).toEqual({ taken: false, why: 'stopped' });
});
