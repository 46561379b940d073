import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isKey, type Key } from '../../src/base/key.js';
import type { Screen } from '../../src/base/screen.js';
import type { TerminalConfig } from '../../src/config/terminal-tables.js';
import { enrolmentFile, readEnrolment } from '../../src/identity/enrolment-file.js';
import { Journal } from '../../src/journal/journal.js';
import type { Display } from '../../src/port/display.js';
import type { Keypad, KeypadEvent } from '../../src/port/keypad.js';
import { enrolBox } from '../../src/programs/enrol.js';
import type { ServedProgram } from '../../src/programs/service.js';
import { serveSetUp } from '../../src/programs/set-up.js';
import { loadTerminal } from '../../src/programs/terminal-file.js';
import type { TerminalStart } from '../../src/programs/terminal-program.js';
import { serveTerminal } from '../../src/programs/terminal-service.js';
import { sound } from '../config/files.js';
import { makeCertificate } from '../kit/certificate.js';
import { freePort } from '../kit/net/free-port.js';
import { foundBy, Patient } from '../kit/patient.js';
import { until } from '../kit/pty/until.js';
import { type EnrolRelay, openEnrolRelay } from './enrol-kit.js';

type OutOfService = Extract<Screen, { show: 'outOfService' }>;

let at: EnrolRelay;
let box: Box;

/** A box with a pad of digits and a screen, and no browser. */
class Box {
  readonly file: string;
  readonly directory: string;
  /** With what it went on as a terminal. */
  sells: TerminalConfig | undefined;
  shown: OutOfService | undefined;
  #press: (event: KeypadEvent) => void = () => {};
  #program: ServedProgram | undefined;

  constructor(toml: readonly string[]) {
    this.directory = join(at.directory, 'box');
    this.file = join(at.directory, 'terminal.toml');
    const own = ['[page]', 'enabled = false', '[console]', 'device = "/dev/null"', 'customer = true'];
    const pad = ['[keypad]', 'enabled = false', '[api]', `port = ${0}`];
    writeFileSync(
      this.file,
      [...toml, ...own, ...pad, '[journal]', `directory = "${this.directory}"`].join('\n'),
    );
  }

  async start(): Promise<this> {
    const read = loadTerminal(this.file);
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const display: Display = {
      ...{ name: 'a screen', canShowQr: true, attached: () => true, onAttached: () => {} },
      ...{ start: async () => {}, stop: async () => {}, test: async () => ({ ok: true, value: [] }) },
      show: async (screen) => {
        this.shown = screen as OutOfService;
        return true;
      },
    };
    const pad: Keypad = {
      name: 'a pad of digits',
      start: (on) => {
        this.#press = on;
      },
      stop: async () => {},
    };
    const { environment } = at;
    const sell = async ({ config }: TerminalStart): Promise<ServedProgram> => {
      this.sells = config;
      return { status: () => 'sells', stop: async () => {} };
    };
    this.#program = await serveSetUp({
      ...{ config: read.value, file: this.file, version: '1', environment, sell },
      ...{ extraPads: [pad], extraDisplays: [display] },
      fatal: (error) => {
        throw error;
      },
    });
    return this;
  }

  get enrolment(): string {
    return enrolmentFile(this.directory);
  }

  status(): string {
    return this.#program?.status() ?? '';
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) if (isKey(key)) this.#press({ kind: 'key', key: key as Key });
  }

  /** Types a code and OK, and waits for what comes of it. */
  async types(digits: string): Promise<number> {
    this.press(...digits, 'enter');
    expect(this.shown?.setUp?.isBusy).toBe(true);
    await until('an answer', () => this.sells !== undefined || this.shown?.setUp?.isBusy === false);
    return this.sells === undefined ? (this.shown?.code ?? 0) : 0;
  }

  stop(): Promise<void> {
    return this.#program?.stop() ?? Promise.resolve();
  }
}

const gateway = (url = at.relay.url) => ['[gateway]', `url = "${url}"`];

beforeEach(async () => {
  at = await openEnrolRelay();
});
afterEach(async () => {
  await box.stop();
  await at.close();
});

it('a box that is installed waits for its code, says so, and sells by itself once it is typed at a pad of digits', async () => {
  box = await new Box(gateway()).start();
  expect(box.shown).toMatchObject({ code: 912, setUp: { field: 'code', code: '', isRelaySet: true } });
  expect(box.status()).toMatch(/^waiting for its code .*not enrolled$/);
  const { digits } = at.codeFor('KASIR1', { shop: 'Warung Bu Sri' });
  box.press(...digits.slice(0, 3), '9', 'back');
  expect(box.shown?.words.id).toBe(`Kode pendaftaran: ${digits.slice(0, 3)}`);
  expect(await box.types(digits.slice(3))).toBe(0);
  expect(box.sells).toMatchObject({
    terminal: { id: 'KASIR1', merchant: 'shop', shop: 'Warung Bu Sri' },
    gateway: { mode: 'relay', url: at.relay.url, secret: { enrolled: true } },
    mqtt: { enabled: true, url: ['mqtts://relay.example.com'], secret: { enrolled: true } },
  });
  expect(readEnrolment(box.enrolment)).toMatchObject({ terminal: 'KASIR1', relay: at.relay.url });
  expect(existsSync(join(box.directory, 'enrolment.key'))).toBe(false);
  expect(box.status()).toBe('sells');
  // What was typed is a secret while it lasts.
  expect(at.log.lines.join('\n')).not.toContain(digits);
});

it('each way in which a code does not work has a number and words of its own, and the right one still works', async () => {
  box = await new Box(gateway()).start();
  box.press('1', '2', 'enter');
  expect(box.shown).toMatchObject({ code: 915, setUp: { code: '12' } });
  box.press('clear');
  expect(box.shown?.code).toBe(912);
  expect(await box.types('00000000000000')).toBe(694);
  expect(box.shown?.setUp).toMatchObject({ code: '', remedy: { id: expect.stringContaining('kode baru') } });
  const used = at.codeFor('KASIR2');
  const config = join(at.directory, 'other.toml');
  writeFileSync(config, `[journal]\ndirectory = "${join(at.directory, 'other')}"`);
  await enrolBox(used.letters, at.relay.url, config, at.environment);
  expect(await box.types(used.digits)).toBe(695);
  const ended = at.codeFor('KASIR3');
  at.time.setWall(at.time.wallMs() + 3_600_000);
  expect(await box.types(ended.digits)).toBe(696);
  expect(box.status()).toMatch(/; E696 the code for KASIR3 has ended$/);
  // A number above every code.
  for (let tries = 0; tries < 6; tries += 1) expect(await box.types('99999999999999')).toBe(694);
  const { digits } = at.codeFor('KASIR1');
  expect(await box.types(digits), 'the eleventh in a minute').toBe(914);
  expect(box.shown?.setUp?.code, 'it was not judged').toBe(digits);
  at.time.advance(60_000);
  expect(await box.types('')).toBe(0);
});

it('a relay that is not there, and one with a certificate of somebody else, are told apart', async () => {
  box = await new Box(gateway(`http://127.0.0.1:${await freePort()}`)).start();
  expect(await box.types('00000000000000')).toBe(560);
  await box.stop();
  const server = createServer(makeCertificate('localhost', 1)).listen(0, '127.0.0.1');
  await until('the server', () => server.listening);
  box = await new Box(gateway(`https://localhost:${(server.address() as AddressInfo).port}`)).start();
  expect(await box.types('00000000000000')).toBe(561);
  expect(box.shown?.words.id).toBe('Koneksi tidak aman.');
  server.close();
});

it('a code for another terminal than its file names is not taken, and works when the file is right', async () => {
  box = await new Box(['[terminal]', 'id = "KASIR9"', 'shop = "Warung"', ...gateway()]).start();
  const { digits } = at.codeFor('KASIR1');
  expect(await box.types(digits)).toBe(913);
  expect(at.log.matching(/E913 .*the code is for shop\/KASIR1, and \S+ says shop\/KASIR9$/)).toHaveLength(1);
  expect(existsSync(box.enrolment)).toBe(false);
  writeFileSync(box.file, readFileSync(box.file, 'utf8').replace('KASIR9', 'KASIR1'));
  expect(await box.types('')).toBe(0);
  expect(box.sells?.terminal).toMatchObject({ id: 'KASIR1', shop: 'Warung' });
});

it('a box with a journal takes no code for another terminal, typed or by the command, since nobody knows its orders there', async () => {
  box = new Box(gateway());
  const journal = { directory: box.directory, wallMs: 1, version: '1' };
  new Journal({ ...journal, owner: 'shop/KASIR1' }).close();
  await box.start();
  const other = at.codeFor('KASIR2');
  expect(await box.types(other.digits)).toBe(917);
  expect(existsSync(box.enrolment)).toBe(false);
  await expect(enrolBox(other.letters, at.relay.url, box.file, at.environment)).rejects.toThrow(
    /^E917 .* is of shop\/KASIR1, and this is shop\/KASIR2; not kept\. /,
  );
  expect(existsSync(box.enrolment)).toBe(false);
  box.press('clear');
  expect(await box.types(at.codeFor('KASIR1').digits)).toBe(0);
});

it('a terminal whose journal is another one sells nothing and says so, until that is moved away', async () => {
  box = new Box(gateway());
  await enrolBox(at.codeFor('KASIR1').letters, at.relay.url, box.file, at.environment);
  new Journal({ directory: box.directory, owner: 'kopi/KASIR1', wallMs: 1, version: '1' }).close();
  const config = sound(loadTerminal(box.file));
  const { environment } = at;
  const fatal = (thrown: unknown): void => environment.log.error(`fatal: ${String(thrown)}`);
  const program = await serveTerminal({ config, file: box.file, version: '1', environment, fatal });
  expect(program.status()).toMatch(/^not selling: E917 .* is of kopi\/KASIR1, and this is shop\/KASIR1 /);
  at.time.advance(30_000);
  expect(program.status()).toMatch(/^not selling: E917 /);
  expect(at.log.matching(/fatal/)).toEqual([]);
  await program.stop();
});

it('an enrolment that does not fit is told where it waits, and one that fits then sells by itself', async () => {
  box = await new Box(['[terminal]', 'id = "KASIR9"', ...gateway()]).start();
  await enrolBox(at.codeFor('KASIR1').letters, undefined, box.file, at.environment);
  at.time.advance(1_000);
  expect(box.shown?.code).toBe(913);
  expect(box.status()).toMatch(/; E913 the code is for shop\/KASIR1, and \S+ says shop\/KASIR9$/);
  box.press('1');
  at.time.advance(5_000);
  expect(box.shown?.setUp?.code, 'what is typed stays').toBe('1');
  expect(at.log.matching(/E913/), 'told once').toHaveLength(1);
  const toml = readFileSync(box.file, 'utf8');
  writeFileSync(box.file, toml.replace('KASIR9', 'KASIR1').replace('[terminal]', '[terminal]\nbeside = 1'));
  at.time.advance(1_000);
  expect(box.status()).toMatch(/; E913 .*beside/);
  writeFileSync(box.file, toml.replace('KASIR9', 'KASIR1'));
  writeFileSync(box.enrolment, '{"terminal":"KASIR1","merch');
  at.time.advance(1_000);
  expect(box.shown?.code).toBe(697);
  await enrolBox(at.codeFor('KASIR1').letters, undefined, box.file, at.environment);
  at.time.advance(1_000);
  await until('it sells', () => box.sells !== undefined);
});

it('a box that somebody enrols by the command goes on by itself', async () => {
  box = await new Box([]).start();
  expect(box.shown?.setUp).toMatchObject({ field: 'relay', relay: 'https://', isRelaySet: false });
  const said = await enrolBox(at.codeFor('KASIR1').letters, at.relay.url, box.file, at.environment);
  expect(said).toMatch(/^enrolled as KASIR1, .*\n {2}a terminal that waits for its code goes on by itself/);
  at.time.advance(1_000);
  await until('it sells', () => box.sells !== undefined);
  expect(box.sells?.terminal).toMatchObject({ id: 'KASIR1', shop: 'KASIR1' });
});

it('it is the page of this machine alone, whatever page.host says, until the box is enrolled', async () => {
  box = new Box(gateway());
  const toml = readFileSync(box.file, 'utf8');
  writeFileSync(box.file, toml.replace('[page]\nenabled = false', '[page]\nhost = "127.0.0.2"\nport = 0'));
  await box.start();
  const [line = ''] = at.log.matching(/terminal page at/);
  expect(line).toMatch(/at http:\/\/127\.0\.0\.1:\d+\/$/);
  const url = line.replace(/^.* at /, '');
  expect((await fetch(url)).status).toBe(200);
  // Another site's script, and one without the token of this start.
  const post = (headers: Record<string, string>) =>
    fetch(`${url}keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"type":"1"}',
    });
  expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await post({ origin: url.slice(0, -1) })).status).toBe(403);
  expect(await box.types(at.codeFor('KASIR1').digits)).toBe(0);
  expect(box.sells?.page).toMatchObject({ host: '127.0.0.2', port: Number(new URL(url).port) });
});

it('a box that has an identity never waits for a code, also where that cannot be read', async () => {
  box = new Box(gateway());
  await enrolBox(at.codeFor('KASIR1').letters, undefined, box.file, at.environment);
  writeFileSync(box.enrolment, '{}');
  const read = loadTerminal(box.file);
  if (!read.ok) throw new Error('the file is sound');
  const start = { config: read.value, file: box.file, version: '1', environment: at.environment };
  await expect(serveTerminal({ ...start, fatal: () => {} })).rejects.toThrow(/^E697 /);
  rmSync(box.enrolment);
});

it('its doctor says that it waits for its code, and looks for no relay that nobody named', async () => {
  box = new Box([]);
  const patient = new Patient();
  const findings = await patient.again({}, box.file);
  expect(foundBy(findings, 'enrolment')).toMatchObject({ verdict: 'fail', code: 912 });
  expect(patient.text).not.toContain('relay.invalid');
  patient.remove();
});
