import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Paper } from '../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../devices/simulated-printer/virtual-printer.js';
import { freePort } from '../kit/net/free-port.js';
import { foundBy, Patient, type PatientWays, type ToldFinding } from '../kit/patient.js';
import { Pty } from '../kit/pty/pty.js';
import { realTimers } from '../kit/pty/until.js';
import { recorded } from './register/frames.js';
import { recorded as recordedZvt } from './register/zvt-frames.js';

/** Longer than any machine is slow: what ends a look is what comes. */
const LONG_MS = 100_000;
let patient: Patient;
let pty: Pty;

beforeEach(async () => {
  patient = new Patient();
  pty = new Pty();
  await pty.plug();
});
afterEach(async () => {
  patient.remove();
  await pty.remove();
});

async function look(check: string, toml: string, ways: PatientWays = {}): Promise<ToldFinding> {
  const secret = patient.secret('key', 'SB-Mid-server-0123456789');
  const gateway = `mode = "direct"\nenvironment = "sandbox"\nurl = "http://127.0.0.1:${await freePort()}"\nsecret = "${secret}"`;
  return foundBy(await patient.terminal(gateway, toml, ways), check);
}

/** The machine at the other end says it again and again. */
async function saying<T>(bytes: Uint8Array, work: Promise<T>): Promise<T> {
  const again = setInterval(() => pty.send(bytes), 20);
  try {
    return await work;
  } finally {
    clearInterval(again);
  }
}

const REGISTER = () => `[register]\ntransport = "serial"\ndevice = "${pty.path}"\n`;

/** What a UART makes of these bytes that listens twice as fast as they are sent: 8 data bits, no parity, 1 stop bit. */
function atTwiceTheSpeed(bytes: Uint8Array): Uint8Array {
  const line = [...bytes].flatMap((byte) => [
    0,
    ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1),
    1,
  ]);
  const samples = [1, 1, ...line.flatMap((level) => [level, level])];
  const heard: number[] = [];
  for (let at = 0; at + 10 <= samples.length; ) {
    if (samples[at] === 1) {
      at += 1;
      continue;
    }
    heard.push(samples.slice(at + 1, at + 9).reduce((byte: number, level, bit) => byte | (level << bit), 0));
    at += 10;
  }
  return Uint8Array.from(heard);
}

it('a register that speaks as it is set', async () => {
  const found = await saying(
    recorded('question-qris-15000'),
    look('device.register', REGISTER(), { listenMs: LONG_MS }),
  );
  expect(found).toMatchObject({ verdict: 'pass' });
  expect(pty.waiting()).toBe(0);
});

it('a register at another speed', async () => {
  const found = await saying(
    atTwiceTheSpeed(recorded('question-qris-15000')),
    look('device.register', REGISTER(), { listenMs: LONG_MS }),
  );
  expect(found).toMatchObject({ verdict: 'fail', code: 207 });
  expect(found.detail).toContain('another baud?');
});

it('two cables that are swapped: another protocol is heard, and named', async () => {
  const found = await saying(
    recordedZvt('serial-authorization-15000'),
    look('device.register', REGISTER(), { listenMs: LONG_MS }),
  );
  expect(found).toMatchObject({ verdict: 'fail', code: 207 });
  expect(found.detail).toContain('speaks zvt');
});

it('a line that is silent: a register may be, and is a warning; a vending machine is not', async () => {
  expect(await look('device.register', REGISTER())).toMatchObject({ verdict: 'warn', code: 858 });
  const vending = `[vending]\nprotocol = "fafb"\ndevice = "${pty.path}"\n`;
  expect(await look('device.vending', vending)).toMatchObject({
    verdict: 'fail',
    code: expect.toBeOneOf([858, 330]),
  });
});

it('what is unplugged: register, vending machine, keypad, framebuffer, printer', async () => {
  const gone = join(patient.folder, 'gone');
  const device = `device = "${gone}"\n`;
  for (const [check, toml, code] of [
    ['device.register', `[register]\ntransport = "serial"\n${device}`, 201],
    ['device.vending', `[vending]\nprotocol = "fafb"\n${device}`, 301],
    ['device.keypad', `[keypad]\n${device}`, 101],
    ['device.screen', `[framebuffer]\n${device}`, 470],
    ['device.printer', `[printer]\ntransport = "usb"\n${device}`, 407],
  ] as const)
    expect(await look(check, toml, { listenMs: LONG_MS }), check).toMatchObject({ verdict: 'fail', code });
});

it('a printer with paper, without, and one that is wider than what is set', async () => {
  const paper = new Paper({ widthDots: 576, model: 'TM-T20III' });
  const printer = new VirtualPrinter({ paper, timers: realTimers });
  const port = await printer.listen();
  const set = (lines: string): string =>
    `[printer]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${port}\n${lines}`;
  expect(await look('device.printer', set('profile = "epson-80"\n'))).toMatchObject({ verdict: 'pass' });
  expect(patient.text).toContain('calls itself TM-T20III: 576 dots; set are 576');
  await look('device.printer', set('profile = "generic-58"\n'));
  expect(patient.text).toMatch(
    /FAIL {2}E859 printer TM-T20III +it calls itself TM-T20III: 576 dots; set are 384/,
  );
  await look('device.printer', set('profile = "auto"\nwidth_dots = 384\n'));
  expect(patient.text).toContain('FAIL  E859');
  paper.set('paperOut', true);
  expect(await look('device.printer', set(''))).toMatchObject({ verdict: 'fail', code: 401 });
  expect(paper.slips).toEqual([]);
  await printer.stop();
});

it('a speaker without the program for sound', async () => {
  const before = process.env['PATH'];
  const empty = join(patient.folder, 'bin');
  mkdirSync(empty);
  process.env['PATH'] = empty;
  try {
    expect(await look('device.speaker', '[speaker]\n')).toMatchObject({
      verdict: 'fail',
      code: expect.toBeOneOf([491, 495]),
    });
  } finally {
    process.env['PATH'] = before;
  }
});

it('a keypad that is none', async () => {
  const file = join(patient.folder, 'file');
  writeFileSync(file, '');
  expect(await look('device.keypad', `[keypad]\ndevice = "${file}"\n`)).toMatchObject({
    verdict: 'fail',
    code: 106,
  });
});
