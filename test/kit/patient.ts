import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineRelay } from '../../src/doctor/relay.js';
import { examineTerminal } from '../../src/doctor/terminal.js';
import { SystemClock, SystemRandom } from '../../src/host/clock.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import { KeptLog } from './kept-log.js';
import { realTimers } from './pty/until.js';

/** A finding as a script gets it. */
export interface ToldFinding {
  readonly check: string;
  readonly verdict: string;
  readonly of?: string;
  readonly code?: number;
  readonly detail: string;
  readonly says?: { readonly id: string; readonly en: string };
  readonly action?: { readonly id: string; readonly en: string };
}

export interface PatientWays {
  readonly sysfs?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly listenMs?: number;
  readonly aloneMs?: number;
  readonly uid?: number;
  /** Of the terminal. */
  readonly id?: string;
  readonly merchant?: string;
}

/** A box that has something wrong with it: a folder with a configuration, looked at by the doctor himself. */
export class Patient {
  readonly folder = mkdtempSync(join(tmpdir(), 'gopay-pos-patient-'));
  readonly secrets = new SecretRegistry();
  text = '';

  get file(): string {
    return join(this.folder, 'box.toml');
  }

  /** @returns for `secret = "file:..."` */
  secret(name: string, value: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, value, { mode: 0o600 });
    return `file:${file}`;
  }

  /** @param gateway lines of that table, mode and url among them */
  async terminal(gateway: string, more = '', ways: PatientWays = {}): Promise<readonly ToldFinding[]> {
    const journal = join(this.folder, 'journal');
    if (!/^\[journal\]$/m.test(more)) mkdirSync(journal, { recursive: true });
    const own = /^\[journal\]$/m.test(more) ? '' : `[journal]\ndirectory = "${journal}"\n`;
    const page = /^\[page\]$/m.test(more) ? '' : '[page]\nenabled = false\n';
    const screen = '[api]\nport = 0\nshows_qr = true\n';
    writeFileSync(
      this.file,
      `[terminal]\nid = "${ways.id ?? 'K1'}"\nmerchant = "${ways.merchant ?? 'shop'}"\nshop = "Warung"\n[gateway]\n${gateway}\n${own}${page}${/^\[api\]$/m.test(more) ? '' : screen}[control]\nsocket = "${this.folder}/control.sock"\n${more}\n`,
    );
    return this.#examine(examineTerminal, ways);
  }

  /** Of a file that is there already. */
  again(ways: PatientWays = {}, file = this.file): Promise<readonly ToldFinding[]> {
    return this.#examine(examineTerminal, ways, file);
  }

  async relay(toml: string, ways: PatientWays = {}): Promise<readonly ToldFinding[]> {
    writeFileSync(this.file, toml);
    return this.#examine(examineRelay, ways);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #examine(
    examine: typeof examineTerminal,
    { sysfs = '/sys', env = {}, listenMs = 50, aloneMs = 0, uid = process.getuid?.() ?? 0 }: PatientWays,
    file = this.file,
  ): Promise<readonly ToldFinding[]> {
    const runtime = {
      clock: new SystemClock(),
      timers: realTimers,
      random: new SystemRandom(),
      log: new KeptLog(),
    };
    const environment = {
      ...runtime,
      secrets: this.secrets,
      secret: (): string => {
        throw new Error('the doctor reads secrets by himself');
      },
    };
    const machine = { ...runtime, env, uid, sysfs, version: '0.1.0', listenMs };
    const answer = await examine({ file, language: 'en', machine, environment, aloneMs });
    this.text = answer.text;
    return (answer.data as { findings: readonly ToldFinding[] }).findings;
  }
}

/** What is wrong, as `check E123`. */
export function wrongOf(findings: readonly ToldFinding[]): string[] {
  return findings.flatMap(({ check, verdict, code }) =>
    verdict === 'fail' || verdict === 'warn' ? [`${check} ${verdict} E${code}`] : [],
  );
}

/** The one of that check; the first where there are several. */
export function foundBy(findings: readonly ToldFinding[], check: string): ToldFinding {
  const found = findings.find((each) => each.check === check);
  if (found === undefined) throw new Error(`no ${check}: ${findings.map(({ detail }) => detail).join('; ')}`);
  return found;
}
