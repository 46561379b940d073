import { Pty } from '../pty/pty.js';
import { until } from '../pty/until.js';

/**
 * An MDB board at a pty, with a vending machine behind it: what it says follows the vendor's examples of sessions and
 * the published log. It answers by itself; what the customer and the machine do is the test's.
 */
export class MdbBoard {
  readonly pty = new Pty((bytes) => this.#take(bytes));
  /** Commands that the board was sent and nobody has looked at, set-up left out. */
  readonly commands: string[] = [];
  #text = '';
  #on = false;
  #session: 'none' | 'idle' | 'vend' | 'approved' = 'none';

  get path(): string {
    return this.pty.path;
  }

  /** The next command, once there is one. */
  async hears(): Promise<string> {
    await until('a command for the board', () => this.commands.length > 0);
    return this.commands.shift() ?? '';
  }

  /** The customer chooses. `price` as the machine's currency settings would have it. */
  chooses(price: string, item: string): void {
    if (!this.#on) throw new Error('the reader is off: the machine takes no choice');
    this.#session = 'vend';
    this.says('r,ACK', `c,STATUS,VEND,${price},${item}`, 'r,ACK');
  }

  /** The customer presses the machine's own cancel, or it has waited long enough. */
  givesUp(): void {
    this.#end();
  }

  dispenses(): void {
    if (this.#session !== 'approved') throw new Error('the machine dispenses what was not approved');
    this.says('c,VEND,SUCCESS');
    this.#end();
  }

  jams(): void {
    if (this.#session !== 'approved') throw new Error('the machine fails at what was not approved');
    this.says('c,ERR,VEND 3');
    this.#end();
  }

  /** The machine loses its power, and comes back. */
  resets(): void {
    this.#session = 'none';
    this.says('c,STATUS,INACTIVE', 'c,STATUS,DISABLED', 'c,STATUS,ENABLED');
  }

  says(...lines: readonly string[]): void {
    this.pty.send(Uint8Array.from(Buffer.from(lines.map((line) => `${line}\n`).join(''))));
  }

  #end(): void {
    this.#session = 'none';
    this.says('c,STATUS,IDLE', 'c,STATUS,ENABLED', 'r,ACK');
  }

  #take(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1');
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) this.#command(line);
  }

  #command(line: string): void {
    if (line === 'V') return this.says('v,4.0.2.0,0123456789ab');
    if (line === 'C,0') {
      this.#on = false;
      this.#session = 'none';
      return this.says('c,0');
    }
    if (line === 'C,1') {
      this.#on = true;
      return this.says('c,STATUS,INACTIVE', 'c,1', 'r,ACK', 'c,STATUS,DISABLED', 'r,ACK', 'c,STATUS,ENABLED');
    }
    if (line.startsWith('C,SETCONF,')) return this.says(this.#on ? 'c,ERR,"cashless is on"' : 'c,SET,OK');
    this.commands.push(line);
    if (line.startsWith('C,START,')) {
      this.#session = 'idle';
      return this.says('c,STATUS,IDLE,0');
    }
    if (this.#session !== 'vend') return this.says('c,ERR,"-1"');
    if (line === 'C,STOP' || line === 'C,VEND,-1') return this.#end();
    if (line.startsWith('C,VEND,')) this.#session = 'approved';
  }
}
