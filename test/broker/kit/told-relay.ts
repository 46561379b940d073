import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretRegistry } from '../../../src/host/secrets.js';
import { makeKeyPem } from '../../../src/identity/keys.js';
import { Revocations } from '../../../src/identity/revocations.js';
import type { Environment } from '../../../src/programs/environment.js';
import { type RelayProgram, startRelay } from '../../../src/programs/relay-program.js';
import { checkRelay, sound } from '../../config/files.js';
import { AwaitedLog } from './collect.js';
import { MERCHANT, RELAYS, STRANGERS, TELLERS } from './people.js';
import { fixedRandom, realTime } from './time.js';

const ACCOUNTS = { ...TELLERS, ...STRANGERS };

/** The relay as it is, which tells a broker of its tokens. */
export class ToldRelay {
  readonly directory = mkdtempSync(join(tmpdir(), 'gopay-pos-told-'));
  readonly log = new AwaitedLog();
  readonly #secrets: Record<string, string> = {
    'midtrans-server-key': 'SB-Mid-server-of-a-test',
    mqtt: RELAYS.relay1,
    'token-key': makeKeyPem(),
  };
  /** Its clock is ahead of ours. */
  aheadMs = 0;
  readonly environment: Environment = {
    timers: realTime().timers,
    clock: {
      monoMs: () => realTime().clock.monoMs(),
      wallMs: () => realTime().clock.wallMs() + this.aheadMs,
    },
    ...{ random: fixedRandom(), log: this.log, secrets: new SecretRegistry() },
    secret: (name) => this.#secrets[name] ?? '',
  };
  #program: RelayProgram | undefined;

  /** @param user by whose account it tells */
  async start(brokerUrl: string, user: keyof typeof ACCOUNTS = 'tokens2'): Promise<RelayProgram> {
    this.#secrets['mqtt-tokens'] = ACCOUNTS[user];
    const config = [
      ...['[relay]', 'port = 0', `merchant = "${MERCHANT}"`, 'public_url = "https://relay.example.com"'],
      // Nobody asks Midtrans for more than its word that it is there; the broker has none.
      ...['[midtrans]', 'secret = "file:/etc/key"', `url = "${brokerUrl.replace('mqtt', 'http')}"`],
      ...[
        '[broker]',
        'kind = "external"',
        `url = "${brokerUrl}"`,
        'username = "relay1"',
        'secret = "file:/x"',
      ],
      ...[`tokens_username = "${user}"`, 'tokens_secret = "file:/x"'],
      ...['[enrol]', `directory = "${this.directory}"`, 'secret = "file:/x"'],
    ];
    this.#program = await startRelay({
      config: sound(checkRelay(config.join('\n'))),
      environment: this.environment,
    });
    return this.#program;
  }

  get list(): Revocations {
    return new Revocations(join(this.directory, 'revoked'), this.environment.clock, this.log);
  }

  async close(): Promise<void> {
    await this.#program?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
