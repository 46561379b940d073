import { hex } from '../../../src/base/bytes.js';
import type {
  RegisterProgress,
  RegisterQuestion,
  RegisterResult,
} from '../../../src/base/register-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Register, RegisterEvent, SendOutcome } from '../../../src/port/register.js';
import { REGISTER_LOSS } from '../../kit/line.js';
import { REGISTER_NAME } from '../settings.js';
import { encodeAnswer } from './answer.js';
import { ACCEPTED, type Apdu, COMMAND, isReply, makeApdu, readApdu, refusalApdu } from './apdu.js';
import { ZvtDialogue } from './dialogue.js';
import { type LinkOptions, ZvtLink, type ZvtLinkEvent } from './link.js';
import { partsFor, perform } from './performance.js';
import { ZvtPrintJob } from './print-job.js';
import { asQuestion, refusedRegistration, type ZvtSettings } from './question.js';
import { LOGGED_OFF, type Registration, readRegistration, wantsStatus } from './registration.js';
import { RESULT } from './result-code.js';
import { type Script, unpackScript } from './script.js';
import { PLEASE_WAIT, qrFor, statusData } from './status.js';

/** By default the framing is that of the line, a message waits 5,000 ms, is sent twice again, and 100 ms after another. */
export type ZvtOptions = ZvtSettings & Pick<LinkOptions, 'line' | 'timers' | 'log'> & Partial<LinkOptions>;

/** A question is accepted (80 00 00) at the latest after this; registers wait 5 s for that. */
const ACCEPT_MS = 500;
/** Registers give up 180 s after our last message (T4); one that wants intermediate status gets one this often. */
const STATUS_EVERY_MS = 25_000;
/** One that does not want any hears nothing before the end: the QR has to be over, and closed, within T4. */
const SILENT_PATIENCE_MS = 160_000;

/** One question of the register, from its command to our completion: meanwhile the terminal leads. */
interface Dialogue {
  readonly frame: string;
  readonly command: number;
  accepted: boolean;
  /** The answer is being said; `settle` ends the promise of it. */
  settle: ((outcome: SendOutcome) => void) | undefined;
  status: readonly number[];
  /** The status that was said last. */
  told: readonly number[] | undefined;
  cancelTimer: (() => void) | undefined;
}

/** A cash register that speaks ZVT and takes us for its payment terminal. */
export class ZvtRegister implements Register {
  readonly name = REGISTER_NAME;
  readonly #options: ZvtOptions;
  readonly #link: ZvtLink;
  readonly #conversation: ZvtDialogue;
  #on: ((event: RegisterEvent) => void) | undefined;
  #registration: Registration = LOGGED_OFF;
  #dialogue: Dialogue | undefined;
  readonly #slip = new ZvtPrintJob();
  /** The sale whose QR the register has printed. */
  #printed: string | undefined;

  constructor(options: ZvtOptions) {
    const { line, timers, log, ackWaitMs = 5_000, resends = 2, apartMs = 100 } = options;
    this.#options = options;
    const framing = options.framing ?? (line.peer === 'caller' ? 'stream' : 'serial');
    this.#link = new ZvtLink({ line, timers, log, framing, ackWaitMs, resends, apartMs });
    this.#conversation = new ZvtDialogue({ link: this.#link, timers, log, replyMs: ackWaitMs });
  }

  start(on: (event: RegisterEvent) => void): void {
    this.#on = on;
    this.#link.start((word) => this.#onLink(word));
  }

  encode(frame: Uint8Array, result: RegisterResult): Uint8Array {
    return encodeAnswer(frame, result, this.#options);
  }

  async send(answer: Uint8Array): Promise<SendOutcome> {
    const script = unpackScript(answer);
    const asked = readApdu(script.question)?.command;
    const outcome = await (asked === COMMAND.abortByRegister ? this.#reply(script) : this.#answer(script));
    // It has confirmed something, and not that it knows of the payment.
    return script.weight === 'courtesy' && outcome === 'acknowledged' ? 'gone' : outcome;
  }

  progress(told: RegisterProgress): void {
    const dialogue = this.#dialogue;
    if (dialogue === undefined || dialogue.settle !== undefined || dialogue.frame !== hex(told.frame)) return;
    dialogue.status = statusData(told, this.#registration);
    this.#accept(dialogue);
    const code = qrFor(told, this.#registration);
    if (code !== undefined && this.#printed !== told.orderId) {
      this.#printed = told.orderId;
      void this.#conversation.say(code).then(({ said }) => {
        if (said !== 'yes') this.#options.log.warn(`the register did not print the QR (${said})`);
        this.#tellNews(dialogue);
      });
    }
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#leave('gone');
    this.#conversation.over('gone');
    await this.#link.stop();
  }

  #onLink(word: ZvtLinkEvent): void {
    switch (word.kind) {
      case 'open':
        this.#on?.({ kind: 'present' });
        return;
      case 'gone':
        // The next caller is not the one that asked; at the other end of a cable it still waits.
        if (this.#options.line.peer === 'caller' || this.#dialogue?.settle !== undefined) this.#leave('gone');
        if (this.#options.line.peer === 'caller') this.#conversation.over('gone');
        else this.#conversation.interrupted();
        this.#slip.drop();
        this.#on?.({ kind: 'gone', why: `E${REGISTER_LOSS[word.cause]} ${word.why}` });
        return;
      case 'apdu': {
        const apdu = readApdu(word.apdu);
        if (apdu === undefined) return;
        if (isReply(apdu.command)) this.#conversation.replied(apdu);
        else this.#asked(apdu, word.apdu);
      }
    }
  }

  #asked(apdu: Apdu, frame: Uint8Array): void {
    const { command } = apdu;
    const refused = this.#refusedNow(command, hex(frame));
    if (refused !== undefined) return void this.#link.send(refusalApdu(refused));
    const lines = command === COMMAND.printLine ? this.#slip.add(apdu.data) : [];
    if (lines === undefined) return void this.#link.send(Uint8Array.from(ACCEPTED));
    if (command !== COMMAND.abortByRegister) {
      // It begins anew, so it has stopped to listen to what we were saying.
      this.#leave('silent');
      this.#conversation.over('nothing');
      this.#register(apdu);
      this.#enter(command, hex(frame));
    }
    const patience = wantsStatus(this.#registration) ? undefined : SILENT_PATIENCE_MS;
    const question: RegisterQuestion =
      command === COMMAND.printLine ? { ask: 'print', lines } : asQuestion(apdu, this.#options, patience);
    this.#on?.({ kind: 'asked', question, frame });
  }

  /**
   * While we lead, nothing but an abort, the same request again, another payment (which gets its own "busy") or a
   * register that starts anew has a place: 06 0F to a status enquiry would be read as the end of the payment.
   */
  #refusedNow(command: number, frame: string): number | undefined {
    const dialogue = this.#dialogue;
    if (dialogue === undefined || dialogue.settle !== undefined || dialogue.frame === frame) return undefined;
    switch (command) {
      case COMMAND.registration:
      case COMMAND.authorization:
        return undefined;
      case COMMAND.abortByRegister:
        return dialogue.command === COMMAND.authorization ? undefined : RESULT.notPossible;
      default:
        return RESULT.pleaseWait;
    }
  }

  #register({ command, data }: Apdu): void {
    if (command === COMMAND.logOff) this.#registration = LOGGED_OFF;
    if (command !== COMMAND.registration || refusedRegistration(data, this.#options) !== undefined) return;
    const read = readRegistration(data);
    if (typeof read !== 'string') this.#registration = read.registration;
  }

  #enter(command: number, frame: string): void {
    const dialogue: Dialogue = {
      frame,
      command,
      accepted: false,
      settle: undefined,
      status: PLEASE_WAIT,
      told: undefined,
      cancelTimer: undefined,
    };
    dialogue.cancelTimer = this.#options.timers.after(ACCEPT_MS, () => this.#accept(dialogue));
    this.#dialogue = dialogue;
  }

  #accept(dialogue: Dialogue): void {
    if (!dialogue.accepted) {
      dialogue.accepted = true;
      void this.#link.send(Uint8Array.from(ACCEPTED));
    }
    this.#tell(dialogue);
  }

  /** The state of things, and again in a while. */
  #tell(dialogue: Dialogue): void {
    dialogue.cancelTimer?.();
    if (!wantsStatus(this.#registration)) return;
    dialogue.cancelTimer = this.#options.timers.after(STATUS_EVERY_MS, () => this.#tell(dialogue));
    // What is one reply behind gets no other message to reply to.
    if (this.#conversation.behind) return;
    dialogue.told = dialogue.status;
    void this.#conversation
      .say(makeApdu(COMMAND.intermediateStatus, dialogue.status))
      .then(() => this.#tellNews(dialogue));
  }

  /** What has changed while something else was being said. */
  #tellNews(dialogue: Dialogue): void {
    const waits = this.#dialogue === dialogue && dialogue.settle === undefined;
    if (waits && dialogue.status !== dialogue.told) this.#tell(dialogue);
  }

  #leave(outcome: SendOutcome): void {
    const dialogue = this.#dialogue;
    this.#dialogue = undefined;
    dialogue?.cancelTimer?.();
    dialogue?.settle?.(outcome);
  }

  /** The one answer to an abort; the payment's own answer follows it. */
  async #reply({ answers }: Script): Promise<SendOutcome> {
    const [word = refusalApdu(RESULT.notPossible)] = answers;
    const sent = await this.#link.send(word);
    return sent === 'taken' ? 'acknowledged' : sent;
  }

  #answer(script: Script): Promise<SendOutcome> {
    const dialogue = this.#dialogue;
    const mine = dialogue?.frame === hex(script.question) && dialogue.settle === undefined;
    if (dialogue === undefined || !mine || !this.#link.open) {
      if (mine) this.#leave('gone');
      this.#options.log.warn(
        `E${FAULT.registerLineLost} an answer is not sent: the register that asked does not wait any more`,
      );
      return Promise.resolve('gone');
    }
    dialogue.cancelTimer?.();
    return new Promise((resolve) => {
      dialogue.settle = resolve;
      void this.#say(dialogue, script).then(() => {
        if (this.#dialogue === dialogue) this.#leave('silent');
      });
    });
  }

  async #say(dialogue: Dialogue, { question, answers }: Script): Promise<void> {
    const [first = refusalApdu(RESULT.systemError), ...rest] = answers;
    const settle = (outcome: SendOutcome): void => dialogue.settle?.(outcome);
    let parts = partsFor(question, rest, this.#registration);
    if (!dialogue.accepted) {
      dialogue.accepted = true;
      const sent = await this.#link.send(first);
      if (sent !== 'taken') return settle(sent);
    } else if (first[0] !== COMMAND.accepted >> 8) {
      // It was accepted meanwhile, so the refusal comes as an abort.
      const code = first[1] === COMMAND.abort % 256 ? first[3] : first[1];
      parts = [makeApdu(COMMAND.abort, [code ?? RESULT.systemError])];
    }
    if (parts.length === 0) return settle('acknowledged');
    const { timers } = this.#options;
    await perform(question, parts, {
      conversation: this.#conversation,
      timers,
      log: this.#options.log,
      registration: this.#registration,
      settle,
      on: () => this.#dialogue === dialogue,
    });
  }
}
