import { FAULT } from '../../../src/core/fault/table.js';
import type { SendOutcome } from '../../../src/port/register.js';
import type { Tools } from '../../kit/tools.js';
import { COMMAND, makeApdu, readApdu } from './apdu.js';
import type { ZvtDialogue, ZvtReply } from './dialogue.js';
import { FIELD, readApduFields, valueAt } from './fields.js';
import { type Registration, receiptsAs } from './registration.js';
import { nameOfCode, RESULT } from './result-code.js';

/** How often a machine that asks us to wait is asked again, and how long at most where its request does not say. */
const ASK_AGAIN_MS = 2_000;
const HOLD_SECONDS = 30;

export interface Stage extends Pick<Tools, 'timers' | 'log'> {
  readonly conversation: ZvtDialogue;
  readonly registration: Registration;
  /** Told once, as soon as it is known; the rest of the answer goes on after it. */
  settle(outcome: SendOutcome): void;
  /** False once the register has begun something else. */
  on(): boolean;
}

/** The messages of an answer after the reply to the question, those out that this register did not ask for. */
export function partsFor(
  question: Uint8Array,
  answers: readonly Uint8Array[],
  registration: Registration,
): readonly Uint8Array[] {
  const asked = readApdu(question)?.command;
  const administration = asked === COMMAND.endOfDay || asked === COMMAND.printTurnover;
  const wanted = receiptsAs(registration, administration ? 'administration' : 'payment');
  const longest = registration.longestApdu ?? Number.POSITIVE_INFINITY;
  const fits = answers.every((apdu) => commandOf(apdu) !== COMMAND.printTextBlock || apdu.length <= longest);
  const shape = wanted === 'blocks' && !fits ? 'lines' : wanted;
  return answers.filter((apdu) => {
    const command = commandOf(apdu);
    if (command === COMMAND.printLine) return shape === 'lines';
    return command !== COMMAND.printTextBlock || shape === 'blocks';
  });
}

/** Says one message after the other, each when the one before has its reply. */
export async function perform(
  question: Uint8Array,
  parts: readonly Uint8Array[],
  stage: Stage,
): Promise<void> {
  let printing = true;
  for (const part of parts) {
    if (!stage.on()) return stage.settle('silent');
    switch (commandOf(part)) {
      case COMMAND.statusInformation:
        if (!(await inform(question, part, stage))) return;
        break;
      case COMMAND.printLine:
      case COMMAND.printTextBlock:
        // A printer without paper is no reason to keep the register waiting.
        if (printing) printing = (await stage.conversation.say(part)).said === 'yes';
        break;
      default: {
        const { said } = await stage.conversation.say(part);
        stage.settle(said === 'nothing' ? 'silent' : said === 'gone' ? 'gone' : 'acknowledged');
      }
    }
  }
}

/** @returns whether the rest is to follow */
async function inform(question: Uint8Array, part: Uint8Array, stage: Stage): Promise<boolean> {
  const { conversation, log } = stage;
  const paid = resultOf(part) === RESULT.paid;
  const reply = paid ? await informPatiently(question, part, stage) : await conversation.say(part);
  switch (reply.said) {
    case 'yes':
      stage.settle('acknowledged');
      return true;
    case 'gone':
      stage.settle('gone');
      return false;
    case 'nothing':
      log.warn(`E${FAULT.registerNoAck} the register did not confirm the status information: not delivered`);
      stage.settle('silent');
      if (paid && stage.on()) await conversation.say(makeApdu(COMMAND.abort, [RESULT.communicationFault]));
      return false;
    case 'no':
      log.warn(() => `the register does not take the status information: ${nameOfCode(reply.code)}`);
      // A part of the goods is out: the rest of the money is a person's, and never the whole of it goes back (2.2.6).
      stage.settle(paid && reply.code === RESULT.partly ? 'partly' : 'rejected');
      if (!paid) return true;
      await conversation.say(makeApdu(COMMAND.abort, [reply.code]));
      return false;
  }
}

/** A machine that hands over goods first says "wait" (84 9C): it is asked again until it has, or its time is over. */
async function informPatiently(question: Uint8Array, part: Uint8Array, stage: Stage): Promise<ZvtReply> {
  const most = timesToAsk(question);
  for (let times = 1; ; times += 1) {
    const reply = await stage.conversation.say(part);
    if (reply.said !== 'no' || reply.code !== RESULT.pleaseWait) return reply;
    if (times >= most) return { said: 'nothing' };
    await new Promise<void>((resolve) => void stage.timers.after(ASK_AGAIN_MS, resolve));
    if (!stage.on()) return { said: 'nothing' };
  }
}

/** From the fields 01 (seconds in all) and 02 (times) of the request. */
function timesToAsk(question: Uint8Array): number {
  const fields = readApduFields(readApdu(question)?.data ?? new Uint8Array());
  const of = (tag: number): number | undefined =>
    typeof fields === 'string' ? undefined : valueAt(fields, tag)?.[0];
  const byTime = 1 + Math.floor(((of(FIELD.timeOut) ?? HOLD_SECONDS) * 1_000) / ASK_AGAIN_MS);
  return Math.min(byTime, of(FIELD.maximumStatus) ?? Number.POSITIVE_INFINITY);
}

function resultOf(statusInformation: Uint8Array): number | undefined {
  const fields = readApduFields(readApdu(statusInformation)?.data ?? new Uint8Array());
  return typeof fields === 'string' ? undefined : valueAt(fields, FIELD.result)?.[0];
}

function commandOf(apdu: Uint8Array): number | undefined {
  return readApdu(apdu)?.command;
}
