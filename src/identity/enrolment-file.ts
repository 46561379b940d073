import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, messageOf, refused } from '../base/fault.js';
import { parseObject } from '../base/json.js';
import { FAULT } from '../core/fault/table.js';
import { keyPairOf, makeKeyPem } from './keys.js';
import { createFile, makeFolder, replaceFile } from './private-file.js';

/** What a box has from its enrolment: its own key, and what opens the relay and the broker. */
export interface BoxEnrolment {
  readonly terminal: string;
  readonly merchant: string;
  /** Where it enrolled and renews. */
  readonly relay: string;
  /** As the relay told it: for a file that does not say where to hear notices. */
  readonly broker?: string;
  /** Name of the shop, where the operator gave it with the code. */
  readonly shop?: string;
  /** PKCS #8 in PEM; never leaves the box. */
  readonly key: string;
  readonly token: string;
  readonly issuedAtS: number;
  readonly endsAtS: number;
  /** Signs receipts for phones. */
  readonly receiptKey: string;
}

/** Beside the journal, for the service's user alone. */
export function enrolmentFile(journalDirectory: string): string {
  return join(journalDirectory, 'enrolment.json');
}

/**
 * The key of a box that enrols, in a file of its own until {@link writeEnrolment} has kept it: an answer that was lost is asked for
 * again with the same one. @returns PKCS #8 in PEM @throws Error of the system, or of a file that is no key
 */
export function keyToEnrol(keyFile: string): string {
  makeFolder(dirname(keyFile));
  createFile(keyFile, makeKeyPem());
  const key = readFileSync(keyFile, 'utf8');
  keyPairOf(key);
  return key;
}

/** @throws Failure FAULT.enrolFailed; no detail holds a part of it */
export function readEnrolment(file: string): BoxEnrolment {
  const no = (why: string): Failure => new Failure(refused(FAULT.enrolFailed, `${file}: ${why}`));
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    throw no(`${messageOf(thrown)}; this box is not enrolled: gopay-pos enrol CODE`);
  }
  const { issuedAtS, endsAtS, ...texts } = parseObject(text) ?? {};
  const named = ['terminal', 'merchant', 'relay', 'key', 'token', 'receiptKey'] as const;
  const isWhole = named.every((name) => typeof texts[name] === 'string');
  if (!isWhole || typeof issuedAtS !== 'number' || typeof endsAtS !== 'number')
    throw no('not as "gopay-pos enrol" writes it');
  return { ...(texts as unknown as BoxEnrolment), issuedAtS, endsAtS };
}

/** @throws Error of the system: the file is as it was */
export function writeEnrolment(file: string, enrolment: BoxEnrolment): void {
  replaceFile(file, JSON.stringify(enrolment));
}
