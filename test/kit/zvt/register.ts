import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../pty/until.js';

/** Something that came on the register's line, decoded by the peer. */
export interface Heard {
  /** A command of four hex digits, or `ack`, `nak`, `open`, `closed`. */
  readonly heard: string;
  readonly apdu: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Where =
  | { readonly by: 'serial'; readonly path: string }
  | { readonly by: 'tcp'; readonly port: number };

/**
 * A cash register in another process and another language (ecr.py), which shares nothing with the driver: it frames,
 * checks and decodes by itself, and says 80 00 00 to everything unless it is told otherwise.
 */
export class ZvtRegisterPeer {
  readonly #child: ChildProcess;
  #heard: Heard[] = [];
  #stderr = '';
  #failed: string | undefined;

  constructor(where: Where) {
    const script = fileURLToPath(new URL('ecr.py', import.meta.url));
    const place = where.by === 'serial' ? ['serial', where.path] : ['tcp', '127.0.0.1', String(where.port)];
    this.#child = spawn('python3', [script, ...place], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => {
      this.#failed = `python3 does not run (apt-get install python3): ${error.message}`;
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#stderr += text.toString();
    });
    if (this.#child.stdout === null) throw new Error('no output of the register');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Partial<Heard> & { readonly error?: string };
      if (said.error !== undefined) this.#failed = `the register: ${line}`;
      else this.#heard.push({ apdu: '', fields: {}, heard: '', ...said });
    });
  }

  #order(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** An APDU, in hex. */
  send(apdu: string): void {
    this.#order(`send ${apdu}`);
  }

  raw(bytes: string): void {
    this.#order(`raw ${bytes}`);
  }

  /** What it replies to `command`, in turn: an APDU in hex, `ok` or `none`. */
  reply(command: string, ...answers: readonly string[]): void {
    this.#order(`reply ${command} ${answers.join(' ')}`);
  }

  mute(): void {
    this.#order('mute');
  }

  unmute(): void {
    this.#order('unmute');
  }

  close(): void {
    this.#order('close');
  }

  open(): void {
    this.#order('open');
  }

  /** The next thing that it hears, apart from ACKs; it must be `command`. */
  async hears(command: string): Promise<Heard> {
    const heard = await this.next(command);
    if (heard.heard !== command)
      throw new Error(`the register hears ${heard.heard} ${heard.apdu}, not ${command}`);
    return heard;
  }

  /** Whatever comes up to and with `command`. */
  async hearsUpTo(command: string): Promise<Heard[]> {
    const all: Heard[] = [];
    for (;;) {
      const heard = await this.next(command);
      all.push(heard);
      if (heard.heard === command) return all;
    }
  }

  /** Everything but ACKs that has come and was not taken. */
  rest(): Heard[] {
    this.#throwFailure();
    return this.#heard.splice(0).filter(({ heard }) => heard !== 'ack');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** The next thing that it hears, apart from ACKs. */
  async next(waitingFor: string): Promise<Heard> {
    let found: Heard | undefined;
    await until(`${waitingFor} at the register`, () => {
      this.#throwFailure();
      while (this.#heard[0]?.heard === 'ack') this.#heard.shift();
      found = this.#heard.shift();
      return found !== undefined;
    });
    if (found === undefined) throw new Error('nothing was heard');
    return found;
  }

  #throwFailure(): void {
    if (this.#failed !== undefined) throw new Error(`${this.#failed}\n${this.#stderr}`);
  }
}
