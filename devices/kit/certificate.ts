import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Failure, messageOf, refused } from '../../src/base/fault.js';
import type { TlsPair } from './http-server.js';
import type { Tools } from './tools.js';

/** Where certificate and key are read from; each throws a Failure. */
export interface PairFiles {
  readonly cert: () => string;
  readonly key: () => string;
}

/** Under which numbers: a pair that cannot be used at the start, and one that was renewed and is not taken. */
export interface CertificateFaults {
  readonly unusable: number;
  readonly kept: number;
}

/** Who renews certificates replaces two files one after the other; weeks before the old one ends. */
const LOOK_MS = 60_000;

/**
 * A server's certificate and its key, read again when the file has changed: certificates live for 90 days, and a terminal
 * for years without a restart. One that cannot be used leaves the old one in its place, and is tried again.
 */
export class Certificate {
  readonly #files: PairFiles;
  readonly #tools: Pick<Tools, 'clock' | 'timers' | 'log'>;
  readonly #faults: CertificateFaults;
  #pair: TlsPair;
  /** The last one that was not taken, and why. */
  #refused = '';
  #cancel: (() => void) | undefined;

  /** @throws Failure `faults.unusable` for a pair that cannot be used */
  constructor(files: PairFiles, tools: Pick<Tools, 'clock' | 'timers' | 'log'>, faults: CertificateFaults) {
    this.#files = files;
    this.#tools = tools;
    this.#faults = faults;
    this.#pair = { cert: files.cert(), key: files.key() };
    const trouble = troubleOf(this.#pair);
    if (trouble !== undefined) throw new Failure(refused(faults.unusable, trouble));
  }

  get pair(): TlsPair {
    return this.#pair;
  }

  /** @param renewed told of each pair that takes the place of the one before */
  start(renewed: (pair: TlsPair) => void): void {
    this.#cancel = this.#tools.timers.after(LOOK_MS, () => {
      this.#look(renewed);
      this.start(renewed);
    });
  }

  stop(): void {
    this.#cancel?.();
  }

  #look(renewed: (pair: TlsPair) => void): void {
    const { log, clock } = this.#tools;
    try {
      const cert = this.#files.cert();
      if (cert === this.#pair.cert) return;
      const pair = { cert, key: this.#files.key() };
      const trouble = troubleOf(pair) ?? pastOf(cert, clock.wallMs());
      if (trouble !== undefined) return this.#keep(trouble);
      this.#pair = pair;
      this.#refused = '';
      renewed(pair);
      log.info(`a renewed certificate holds, until ${new X509Certificate(cert).validTo}`);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      this.#keep(thrown.message);
    }
  }

  /** Said once for each reason: it is tried every minute. */
  #keep(why: string): void {
    if (why === this.#refused) return;
    this.#refused = why;
    this.#tools.log.error(
      `E${this.#faults.kept} the renewed certificate is not taken, and the old one stays: ${why}`,
    );
  }
}

function troubleOf(pair: TlsPair): string | undefined {
  try {
    // Which takes an empty one for none at all.
    new X509Certificate(pair.cert);
    createSecureContext(pair);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function pastOf(cert: string, nowMs: number): string | undefined {
  const { validTo } = new X509Certificate(cert);
  return Date.parse(validTo) > nowMs ? undefined : `it has ended on ${validTo}`;
}
