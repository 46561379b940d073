import { type ChildProcess, spawn } from 'node:child_process';
import { Inbox } from './collect.js';
import { reap } from './reaper.js';

export interface Peer {
  readonly port: number;
  /** User name, and client id unless `clientId` says otherwise. */
  readonly user: string;
  readonly password: string;
  readonly clientId?: string;
  /** 3.1.1 unless 5: every broker speaks it. */
  readonly version?: '311' | '5';
}

function identity(peer: Peer): string[] {
  const { port, user, password, clientId = user, version = '311' } = peer;
  return ['-h', '127.0.0.1', '-p', String(port), '-u', user, '-P', password, '-i', clientId, '-V', version];
}

/** Publishes with mosquitto_pub, QoS 1. @returns its exit code and what it complained of. */
export async function publishAs(
  peer: Peer,
  topic: string,
  payload: string,
  options: { readonly retain?: boolean } = {},
): Promise<{ readonly code: number | null; readonly complaint: string }> {
  const flags = options.retain === true ? ['-r'] : [];
  const child = start('mosquitto_pub', [...identity(peer), '-q', '1', ...flags, '-t', topic, '-m', payload]);
  let complaint = '';
  child.stderr?.on('data', (data: Buffer) => {
    complaint += data.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, complaint };
}

/** What mosquitto_sub hears on `topic`, message by message. */
export class Listener {
  readonly heard = new Inbox<string>();
  readonly subscribed: Promise<void>;
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(peer: Peer, topic: string) {
    this.#child = start('mosquitto_sub', [...identity(peer), '-q', '1', '-d', '-t', topic, '-F', 'HEARD %p']);
    let rest = '';
    let granted = (): void => {};
    this.subscribed = new Promise((resolve) => {
      granted = resolve;
    });
    this.#child.stdout?.on('data', (data: Buffer) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('HEARD ')) this.heard.push(line.slice(6));
        if (/^Subscribed/.test(line)) granted();
      }
    });
    this.ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

function start(program: string, args: readonly string[]): ChildProcess {
  // Line by line: mosquitto_sub keeps its output back when it goes into a pipe.
  const child = spawn('stdbuf', ['-oL', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  reap(child);
  child.once('error', (error) => {
    throw new Error(`${program} does not start (apt-get install mosquitto-clients): ${error.message}`);
  });
  return child;
}
