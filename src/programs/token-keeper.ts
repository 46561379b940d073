import { Failure, messageOf, refused } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { type AskRelay, renewAt } from '../identity/enrolment-client.js';
import {
  type BoxEnrolment,
  enrolmentFile,
  readEnrolment,
  writeEnrolment,
} from '../identity/enrolment-file.js';
import { type HttpTransport, httpTransport } from '../midtrans/exchange.js';
import type { Timers } from '../port/clock.js';
import type { Environment } from './environment.js';

const AGAIN_MS = 600_000;
/** After a renewal: a clock that is years ahead finds each token ended, and would ask for another one without end. */
const RENEWED_MS = 6 * 3_600_000;
/** Of a relay that refuses us, which is asked for a new token then. */
const REFUSED_MS = 60_000;

/** @returns the file of this box @throws Failure FAULT.enrolFailed where it is none's, or another terminal's */
export function enrolmentOf(
  directory: string,
  terminal: { readonly id: string; readonly merchant: string },
): string {
  const file = enrolmentFile(directory);
  const known = readEnrolment(file);
  if (known.terminal === terminal.id && known.merchant === terminal.merchant) return file;
  const is = `${known.merchant}/${known.terminal}`;
  const detail = `this box is enrolled as ${is}, and terminal.toml says ${terminal.merchant}/${terminal.id}`;
  throw new Failure(refused(FAULT.enrolFailed, detail));
}

/** One request of an enrolment or a renewal. */
export function relayAsker(timers: Timers, exchange = httpTransport(timers)): AskRelay {
  return async (url, body) => {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    const request = body === undefined ? { method: 'GET' as const } : { method: 'POST' as const, body };
    const answer = await exchange({ ...request, url, headers }, { timeoutMs: 15_000, limitBytes: 65_536 });
    if (!answer.ok) return answer;
    const { status, bytes } = answer.value;
    return { ok: true, value: { status, text: new TextDecoder().decode(bytes) } };
  };
}

/**
 * The token of an enrolled box: what opens relay and broker now, and a new one in its last third. The box's own clock says when that
 * is, and may be wrong: a relay that refuses us is asked for a new one too, and judges by its own clock.
 */
export class TokenKeeper {
  readonly #file: string;
  readonly #environment: Environment;
  readonly #ask: AskRelay;
  #enrolment: BoxEnrolment;
  #nextMs = 0;
  #renewing = false;
  #trouble = '';
  #cancel = (): void => {};
  #stopped = false;

  /** @throws Failure FAULT.enrolFailed where the box is not enrolled */
  constructor(file: string, environment: Environment, ask?: AskRelay) {
    this.#file = file;
    this.#environment = environment;
    const { timers, network } = environment;
    this.#ask = ask ?? relayAsker(timers, httpTransport(timers, network));
    this.#enrolment = readEnrolment(file);
    this.#hide();
  }

  get token(): string {
    return this.#enrolment.token;
  }

  get receiptKey(): string {
    return this.#enrolment.receiptKey;
  }

  get endsAtMs(): number {
    return this.#enrolment.endsAtS * 1000;
  }

  /** Why the newest renewal came to nothing; '' where none did. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Looks now, and again every ten minutes. */
  start(): void {
    const { clock, timers } = this.#environment;
    if (this.#stopped) return;
    if (this.#isDue() && clock.monoMs() >= this.#nextMs) void this.renew();
    this.#cancel = timers.after(AGAIN_MS, () => this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Hears what the relay answers: refused is a reason to ask for another token, whatever our clock says. */
  listening(exchange: HttpTransport): HttpTransport {
    let askedMs = Number.NEGATIVE_INFINITY;
    return async (request, bounds) => {
      const answer = await exchange(request, bounds);
      const nowMs = this.#environment.clock.monoMs();
      if (answer.ok && answer.value.status === 401 && nowMs - askedMs >= REFUSED_MS && !this.#stopped) {
        askedMs = nowMs;
        void this.renew();
      }
      return answer;
    };
  }

  /** Never throws. */
  async renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    const { clock, log } = this.#environment;
    const { relay, token, key } = this.#enrolment;
    try {
      const answer = await renewAt(relay, token, key, this.#ask);
      this.#nextMs = clock.monoMs() + (answer.ok ? RENEWED_MS : AGAIN_MS);
      if (!answer.ok) return this.#failed(`E${answer.error.code} ${answer.error.detail}`);
      const { issuedAtS, endsAtS } = answer.value;
      const next = { ...this.#enrolment, token: answer.value.token, issuedAtS, endsAtS };
      // Used even where it cannot be kept: the old one still holds at the next start, and is renewed then.
      this.#enrolment = next;
      this.#trouble = '';
      this.#hide();
      writeEnrolment(this.#file, next);
      log.info(`the token is a new one, until ${this.#ends()}`);
    } catch (thrown) {
      this.#failed(messageOf(thrown));
    } finally {
      this.#renewing = false;
    }
  }

  #failed(why: string): void {
    const { log } = this.#environment;
    this.#trouble = why;
    log.warn(`E${FAULT.tokenNotRenewed} the token ends on ${this.#ends()} and was not renewed: ${why}`);
  }

  #ends(): string {
    return new Date(this.endsAtMs).toISOString();
  }

  #isDue(): boolean {
    const { issuedAtS, endsAtS } = this.#enrolment;
    const third = (endsAtS - issuedAtS) / 3;
    return this.#environment.clock.wallMs() / 1000 >= endsAtS - third;
  }

  /** Law 12. Each is longer than the shortest that can be hidden. */
  #hide(): void {
    const { secrets } = this.#environment;
    for (const [name, value] of [
      ['token', this.#enrolment.token],
      ['box-key', this.#enrolment.key],
      ['receipt-key', this.#enrolment.receiptKey],
    ] as const) {
      const hidden = secrets.register(name, value);
      if (!hidden.ok) this.#environment.log.warn(`E${hidden.error.code} ${hidden.error.detail}`);
    }
  }
}
