import { describe, expect, it } from 'vitest';
import { err, ok } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import { journalSink } from '../../src/host/journal-fields.js';
import { createLog, type LogFormat, type LogLevel } from '../../src/host/log.js';
import { chooseFormat, gatheredSink, streamSink } from '../../src/host/log-stream.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import type { Log } from '../../src/port/log.js';
import { FakeTime } from '../kit/time.js';

function logTo(lines: string[], format: LogFormat, level: LogLevel = 'debug', colour = false): Log {
  const secrets = new SecretRegistry();
  secrets.register('server-key', 'SB-Mid-server-abcdefghijkl');
  return createLog({
    level,
    format,
    colour,
    clock: new FakeTime(),
    secrets,
    sink: (line) => lines.push(line),
  });
}

function journal(text: string): string {
  const lines: string[] = [];
  logTo(lines, 'journal').info(text);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('the log', () => {
  it('gives journald a priority and no time', () => {
    const lines: string[] = [];
    const log = logTo(lines, 'journal');
    log.error('a');
    log.warn('b');
    log.info('c');
    log.debug('d');
    expect(lines).toEqual(['<3>a', '<4>b', '<6>c', '<7>d']);
  });

  it('gives a person local time and a word', () => {
    const lines: string[] = [];
    logTo(lines, 'terminal').child('register').child('COM1').warn('← 02 03');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.000 WARN {2}register: COM1: ← 02 03$/);
  });

  it('gives a file the date and the zone as well', () => {
    const lines: string[] = [];
    logTo(lines, 'file').info('a');
    expect(lines[0]).toMatch(/^2026-11-2[123] \d\d:\d\d:\d\d\.000 [+-]\d\d:\d\d INFO {2}a$/);
  });

  it('colours the word on a terminal only', () => {
    const lines: string[] = [];
    logTo(lines, 'terminal', 'debug', true).error('a');
    logTo(lines, 'file', 'debug', true).error('a');
    expect(lines[0]).toContain('\x1b[31mERROR\x1b[0m a');
    expect(lines[1]).not.toContain('\x1b');
  });

  it('does not make a text that nobody will read', () => {
    const lines: string[] = [];
    logTo(lines, 'journal', 'info').debug(() => {
      throw new Error('made');
    });
    expect(lines).toEqual([]);
  });

  it('writes a line, and does not throw, when the text cannot be made', () => {
    const lines: string[] = [];
    logTo(lines, 'journal').info(() => {
      throw new Error('no such sale');
    });
    expect(lines).toEqual(['<6>(this line could not be made: no such sale)']);
  });

  it('takes secrets out of texts, scopes and texts that are made late', () => {
    const lines: string[] = [];
    const log = logTo(lines, 'journal').child('SB-Mid-server-abcdefghijkl');
    log.info('key SB-Mid-server-abcdefghijkl');
    log.info(() => `Basic ${Buffer.from('SB-Mid-server-abcdefghijkl:').toString('base64')}`);
    expect(lines).toEqual([
      '<6>[secret:server-key]: key [secret:server-key]',
      '<6>[secret:server-key]: Basic [secret:server-key]',
    ]);
  });

  it('takes a secret out that stands across the place where a long line is cut', () => {
    const line = journal(`${'x'.repeat(16_380)}SB-Mid-server-abcdefghijkl`);
    expect(line).not.toContain('SB-M');
    expect(line.length).toBeLessThan(16_500);
  });

  it('makes one line of several', () => {
    expect(journal('Error: a\n    at b (c.js:1)\r\n    at d\n')).toBe('<6>Error: a | at b (c.js:1) | at d');
  });

  it('lets nobody forge a line, a priority or a colour', () => {
    expect(journal('amount\n<0>LUNAS')).toBe('<6>amount | <0>LUNAS');
    expect(journal('\u001b[2J\u0000\u009b\u202e\u2028x')).toBe('<6>\\x1b[2J\\x00\\x9b\\u202e | x');
  });
});

describe('the stream behind the log', () => {
  it('may break without breaking the program', () => {
    let fail: (error: Error) => void = () => undefined;
    const written: string[] = [];
    const sink = streamSink({
      write: (text) => written.push(text) > 0,
      on: (_event, listener) => {
        fail = listener;
      },
    });
    sink('a');
    fail(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    sink('b');
    expect(written).toEqual(['a\n']);
  });

  it('may throw without breaking the program', () => {
    let writes = 0;
    const sink = streamSink({
      write: () => {
        writes += 1;
        throw new Error('destroyed');
      },
      on: () => undefined,
    });
    sink('a');
    sink('b');
    expect(writes).toBe(1);
  });

  it('gets the lines of ten milliseconds in one write, and what is worse than info at once', () => {
    const written: string[] = [];
    const time = new FakeTime();
    const { sink, flush } = gatheredSink(
      (lines) => written.push(lines),
      (run) => time.after(10, run),
    );
    sink('a', 'info');
    sink('b', 'debug');
    expect(written).toEqual([]);
    time.advance(10);
    sink('c', 'info');
    sink('d', 'warn');
    expect(written).toEqual(['a\nb', 'c\nd']);
    sink('e', 'error');
    expect(written).toEqual(['a\nb', 'c\nd', 'e']);
    expect(time.waiting()).toEqual([]);
    for (let line = 0; line < 20; line += 1) sink('x'.repeat(1_000), 'info');
    expect(written.pop()?.length).toBeGreaterThan(16_384);
    flush();
    sink('the last', 'info');
    flush();
    flush();
    expect(written.slice(-2)).toEqual([expect.stringMatching(/^x/), 'the last']);
  });

  const environment = { env: {}, isTty: false, device: 9, inode: 1234 };

  it('is the journal only when JOURNAL_STREAM names the very stream', () => {
    const env = { JOURNAL_STREAM: '9:1234' };
    expect(chooseFormat({ ...environment, env })).toEqual({ format: 'journal', colour: false });
    expect(chooseFormat({ ...environment, env, inode: 7, isTty: true })).toEqual({
      format: 'terminal',
      colour: true,
    });
    expect(chooseFormat({ ...environment, env, device: undefined, inode: undefined }).format).toBe('file');
  });

  it('can be forced to be the journal', () => {
    expect(chooseFormat({ ...environment, isTty: true }, 'journal')).toEqual({
      format: 'journal',
      colour: false,
    });
  });

  it('has no colour with NO_COLOR, unless that is empty', () => {
    expect(chooseFormat({ ...environment, isTty: true, env: { NO_COLOR: '1' } }).colour).toBe(false);
    expect(chooseFormat({ ...environment, isTty: true, env: { NO_COLOR: '' } }).colour).toBe(true);
  });
});

describe('an entry for journald', () => {
  const ORDER = 'KASIR1-01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const sent: string[] = [];
  const lines: string[] = [];
  let full = false;
  const log = createLog({
    ...{ level: 'info', format: 'journal', clock: new FakeTime(), secrets: new SecretRegistry() },
    sink: journalSink(
      (bytes) => {
        if (full) return err({ errno: 11, name: 'EAGAIN' });
        sent.push(Buffer.from(bytes).toString());
        return ok(undefined);
      },
      (line) => lines.push(line),
    ),
  });

  it('has order, number and device as fields, and each text as one line', () => {
    log.child('printer').error(`E${FAULT.paperOut} no paper\nCODE=E000 for ${ORDER}`);
    log.info('selling');
    expect(sent).toEqual([
      `MESSAGE=printer: E${FAULT.paperOut} no paper | CODE=E000 for ${ORDER}\nPRIORITY=3\nSYSLOG_IDENTIFIER=gopay-pos\nORDER_ID=${ORDER}\nCODE=E${FAULT.paperOut}\nDEVICE=printer\n`,
      'MESSAGE=selling\nPRIORITY=6\nSYSLOG_IDENTIFIER=gopay-pos\n',
    ]);
  });

  it('goes by standard error when journald does not take it', () => {
    full = true;
    log.child('printer').warn('jam');
    expect(lines).toEqual(['<4>printer: jam']);
  });
});
