import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/base/fault.js';
import { readSecret } from '../../src/host/credentials.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import type { Environment } from '../../src/programs/environment.js';
import { enrolTerminal } from '../../src/programs/relay-enrol.js';
import { type RelayProgram, startRelay } from '../../src/programs/relay-program.js';
import { checkRelay, sound } from '../config/files.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';
import { ScriptedServer, SERVER_KEY } from './client-kit.js';

/** A relay at which boxes enrol, with a broker of its own, in this process and at a clock of its own. */
export interface EnrolRelay {
  readonly directory: string;
  /** Of its configuration. */
  readonly file: string;
  readonly relay: RelayProgram;
  readonly upstream: ScriptedServer;
  readonly environment: Environment;
  readonly time: FakeTime;
  readonly log: KeptLog;
  /** As `relay enrol` prints it. @param options of that command */
  codeFor(terminal: string, options?: Readonly<Record<string, string>>): { letters: string; digits: string };
  close(): Promise<void>;
}

/** @param more lines of relay.toml */
export async function openEnrolRelay(more: readonly string[] = []): Promise<EnrolRelay> {
  const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-enrol-'));
  const [log, time, upstream] = [new KeptLog(), new FakeTime(), new ScriptedServer()];
  const secrets = new SecretRegistry();
  let drawn = 0;
  const environment: Environment = {
    ...{ clock: time, timers: time, log, secrets },
    random: { bytes: (count) => Uint8Array.from({ length: count }, () => (drawn += 7)), fraction: () => 0.5 },
    secret: (name, source) => {
      if (name === 'midtrans-server-key') return SERVER_KEY;
      const read = readSecret(name, source, { env: {}, secrets, prefix: 'x', uid: process.geteuid?.() ?? 0 });
      if (!read.ok) throw new Failure(read.error);
      return read.value;
    },
  };
  const file = join(directory, 'relay.toml');
  const lines = [
    ...['[relay]', 'port = 0', 'public_url = "https://relay.example.com"'],
    ...['[midtrans]', 'secret = "file:/etc/key"', `url = "${await upstream.start()}"`],
    ...['[broker]', 'port = 0', 'directory = ""'],
    ...['[enrol]', `directory = "${directory}/relay"`, 'broker_url = "mqtts://relay.example.com"', ...more],
  ];
  writeFileSync(file, lines.join('\n'));
  const config = sound(checkRelay(readFileSync(file, 'utf8')));
  const relay = await startRelay({ config, file, environment });
  return {
    ...{ directory, file, relay, upstream, environment, time, log },
    codeFor: (terminal, options = {}) => {
      const said = enrolTerminal(terminal, file, options, environment);
      const digits = /(\d{4} \d{4} \d{4} \d{2})/.exec(said)?.[1] ?? '';
      return { letters: said.split('\n')[0] ?? '', digits: digits.replaceAll(' ', '') };
    },
    close: async () => {
      await relay.stop();
      await upstream.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
