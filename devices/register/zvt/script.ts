import { assert } from '../../../src/base/assert.js';
import { apduLength, readApdu, splitApdus } from './apdu.js';

/**
 * An answer as the journal has it. In ZVT an answer is not one message but several, each of which the register confirms;
 * so the bytes of an answer are all of them, in their order, after the question that they answer.
 */
export interface Script {
  /**
   * `proof`: a register that confirms it has heard what became of its sale. `courtesy`: it has not, whatever it confirms.
   */
  readonly weight: 'proof' | 'courtesy';
  /** The question's APDU. */
  readonly question: Uint8Array;
  /** The first is the reply to the question: 80 00 00, or a refusal that is all there is. */
  readonly answers: readonly Uint8Array[];
}

const WEIGHT = { proof: 1, courtesy: 2 } as const;

/** @param question one whole APDU, or none where the frame of the question was none */
export function packScript({ weight, question, answers }: Script): Uint8Array {
  const asked = readApdu(question) === undefined ? new Uint8Array() : question;
  const parts = [asked, ...answers];
  const all = Uint8Array.of(
    WEIGHT[weight],
    asked.length === 0 ? 0 : 1,
    ...parts.flatMap((part) => [...part]),
  );
  return all;
}

/** @throws Misuse for bytes that {@link packScript} did not make */
export function unpackScript(bytes: Uint8Array): Script {
  const [weight, asked] = bytes;
  const body = bytes.subarray(2);
  const split = asked === 1 ? (apduLength(body) ?? 0) : 0;
  const answers = splitApdus(body.subarray(split));
  assert(
    (weight === WEIGHT.proof || weight === WEIGHT.courtesy) && answers !== undefined && answers.length > 0,
    'these bytes are no answer of this protocol',
  );
  return {
    weight: weight === WEIGHT.proof ? 'proof' : 'courtesy',
    question: body.slice(0, split),
    answers,
  };
}
