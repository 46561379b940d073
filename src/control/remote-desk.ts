import { type Fault, messageOf, refused } from '../base/fault.js';
import type { OperatorRight } from '../base/operator-right.js';
import { err, ok, type Result } from '../base/result.js';
import { BoundedLog } from '../bounds/bounded-log.js';
import { RateWindow } from '../bounds/rate-window.js';
import { FAULT, faultText } from '../core/fault/table.js';
import { timesOf } from '../journal/commit.js';
import type { OperatorChange } from '../journal/operators.js';
import {
  audienceOf,
  COMMAND_MAX_BYTES,
  CONFIG_MAX_BYTES,
  type CommandClaims,
  type CommandReply,
  type ConfigClaims,
  encodeReply,
  parseCommand,
  parseConfig,
} from '../mqtt/command.js';
import type { CommandIntake } from '../mqtt/link.js';
import { readSigned } from '../mqtt/signed.js';
import type { PublishOutcome } from '../port/publisher.js';
import type { Runtime } from '../port/runtime.js';
import { type ControlAnswer, refusal, type SendPart, type Subject } from './answer.js';
import type { FragmentDesk } from './fragment-desk.js';
import { type RemoteCommand, remoteCommand } from './remote.js';

export interface Operator {
  readonly name: string;
  readonly publicKey: string;
  readonly may: readonly OperatorRight[];
}

export interface RemoteDeskOptions extends Runtime {
  readonly operators: readonly Operator[];
  readonly merchant: string;
  readonly terminal: string;
  readonly reply: (payload: string) => Promise<PublishOutcome>;
  /** Where somebody may set something. */
  readonly fragments?: FragmentDesk | undefined;
}

/** A sender's clock may be so far ahead: as far as one that is taken for right may be off. */
const AHEAD_MOST_S = 300;
/** Of one operator. What comes beyond them is not answered. */
const COMMANDS_A_MINUTE = 30;
/** Of all together that are answered: whoever has a copy can send it as often as he likes. */
const REFUSALS_A_MINUTE = 60;
/** That are being done: a list that waits for its reader, a slip for its printer. */
const AT_ONCE = 4;
/** Parts of one list, of some ten thousand bytes each. */
const PARTS_MOST = 1_000;
/**
 * After a start a command that waited at the broker comes before the gateway has said what time it is. Notices behind it wait as
 * well; while the gateway is silent they are of no use.
 */
const CLOCK_LOOKS = 240;
const CLOCK_LOOK_MS = 250;
/** Answers that wait for the link. */
const REPLIES_KEPT = 16;

interface Accepted extends RemoteCommand {
  readonly operator: string;
  readonly claims: CommandClaims;
}

/**
 * Commands of operators, as they come over MQTT: signed, for this terminal, new, in time, and allowed. In the journal before they
 * are done, and done by the same functions as those of the control socket.
 */
export class RemoteDesk implements CommandIntake {
  readonly #options: RemoteDeskOptions;
  readonly #operators: ReadonlyMap<string, Operator>;
  readonly #keys: ReadonlyMap<string, string>;
  readonly #log: BoundedLog;
  readonly #rate: RateWindow;
  readonly #refusals: RateWindow;
  readonly #kept: string[] = [];
  #running = 0;
  #stopped = false;
  #open: (subject: Subject) => void = () => {};
  readonly #subject = new Promise<Subject>((resolve) => {
    this.#open = resolve;
  });

  constructor(options: RemoteDeskOptions) {
    this.#options = options;
    this.#operators = new Map(options.operators.map((one) => [one.name, one]));
    this.#keys = new Map(options.operators.map(({ name, publicKey }) => [name, publicKey]));
    this.#log = new BoundedLog(
      options.log.child('operator'),
      options.timers,
      'lines about commands from afar',
    );
    this.#rate = new RateWindow(COMMANDS_A_MINUTE, options.clock);
    this.#refusals = new RateWindow(REFUSALS_A_MINUTE, options.clock);
  }

  /** From now on commands are done. Those that the last process did not outlive are told to be in doubt, and are not done again. */
  open(subject: Subject): void {
    const { journal, clock } = subject;
    const code = FAULT.commandCutOff;
    for (const { operator, number, command } of journal.operators.begun()) {
      const { en } = faultText(code);
      journal.commit({
        ...timesOf(clock),
        events: [{ kind: 'commandEnded', body: { operator, number, command, code } }],
        operator: { change: 'ended', operator, number },
      });
      this.#log.warn(`E${code} ${operator}: ${command}: ${en}`);
      this.#keep({
        operator,
        number,
        good: false,
        text: `E${code} ${en} (${command})`,
        data: null,
        parts: 0,
        code,
      });
    }
    this.#open(subject);
  }

  /** What waits for the link goes out. */
  linked(): void {
    for (const text of this.#kept.splice(0)) void this.#send(text, true);
  }

  stop(): void {
    this.#stopped = true;
    this.#log.stop();
  }

  async take(payload: Buffer): Promise<void> {
    const read = await this.#read(payload);
    if (!read.ok) return this.#log.warn(`E${read.error.code} ${read.error.detail}`);
    const { operator, claims } = read.value;
    const subject = await this.#subject;
    await this.#clockCompared(subject);
    const admitted = await subject.terminal.run(() => this.#admit(subject, operator, claims));
    if (admitted !== undefined) void this.#perform(subject, admitted);
  }

  async #clockCompared({ terminal }: Subject): Promise<void> {
    const { timers } = this.#options;
    for (let looks = 0; looks < CLOCK_LOOKS && !this.#stopped; looks += 1) {
      if (terminal.state().readings.clock !== undefined) return;
      await new Promise<void>((resolve) => void timers.after(CLOCK_LOOK_MS, resolve));
    }
  }

  /** A broker keeps it, and gives it at each connect: what was seen is nothing new, and what is older than that is refused. */
  async configure(payload: Buffer): Promise<void> {
    const { fragments } = this.#options;
    // Nothing is retained there any more: that is no operator's word, and changes nothing.
    if (fragments === undefined || payload.length === 0) return;
    const read = await this.#readConfig(payload);
    if (!read.ok) return this.#log.warn(`E${read.error.code} ${read.error.detail}`);
    const { operator, claims } = read.value;
    const subject = await this.#subject;
    await subject.terminal.run(() => this.#set(subject, fragments, operator, claims));
  }

  async #readConfig(payload: Buffer): Promise<Result<{ operator: string; claims: ConfigClaims }, Fault>> {
    if (payload.length > CONFIG_MAX_BYTES)
      return err(refused(FAULT.commandMalformed, `a configuration of ${payload.length} bytes`));
    const signed = await readSigned(payload.toString('utf8'), 'gopay-pos-config', this.#keys);
    if (!signed.ok) return signed;
    const claims = parseConfig(signed.value.claims);
    return claims.ok ? ok({ operator: signed.value.operator, claims: claims.value }) : claims;
  }

  #set(subject: Subject, fragments: FragmentDesk, operator: string, claims: ConfigClaims): void {
    const { serial, name, toml } = claims;
    if (serial === fragments.serial) return;
    const words = `config ${name}`;
    const judged = this.#judgeConfig(subject, fragments, operator, claims);
    if (judged !== undefined) return this.#say(operator, serial, words, judged);
    if (this.#isTooOften(operator, words)) return;
    const again = subject.again ?? (() => undefined);
    const troubles = fragments.take(subject, { operator, serial, name, toml }, again);
    if (troubles.length > 0)
      return this.#say(operator, serial, words, refused(FAULT.fragmentRefused, troubles.join('\n')));
    this.#options.log.info(`operator: ${operator}: ${words}`);
    const text = `${name} is taken; it holds as soon as nobody chooses or pays`;
    this.#keep({ operator, number: serial, good: true, text, data: fragments.told() ?? null, parts: 0 });
    this.linked();
  }

  #judgeConfig(
    { terminal, clock, again }: Subject,
    fragments: FragmentDesk,
    operator: string,
    { aud, iat, serial }: ConfigClaims,
  ): Fault | undefined {
    const { merchant, terminal: id } = this.#options;
    if (aud !== audienceOf(merchant, id)) return refused(FAULT.commandForeign, `it is for ${aud}`);
    if (serial < fragments.serial)
      return refused(FAULT.commandReplayed, `number ${serial} is older than ${fragments.serial}`);
    if (this.#operators.get(operator)?.may.includes('config') !== true)
      return refused(FAULT.commandNotAllowed, `operator.may of ${operator} has no "config"`);
    // One of the year 2100 would keep out all that come after it.
    if (terminal.state().clockTrusted && iat > clock.wallMs() / 1000 + AHEAD_MOST_S)
      return refused(FAULT.commandExpired, `it is of ${isoOf(iat)}, which is to come`);
    return again === undefined
      ? refused(FAULT.fragmentRefused, 'nobody would start it again: it was not started by a service manager')
      : undefined;
  }

  async #read(payload: Buffer): Promise<Result<{ operator: string; claims: CommandClaims }, Fault>> {
    if (payload.length > COMMAND_MAX_BYTES)
      return err(refused(FAULT.commandMalformed, `a command of ${payload.length} bytes`));
    const signed = await readSigned(payload.toString('utf8'), 'gopay-pos-command', this.#keys);
    if (!signed.ok) return signed;
    const claims = parseCommand(signed.value.claims);
    return claims.ok ? ok({ operator: signed.value.operator, claims: claims.value }) : claims;
  }

  /** Between two events of the terminal. What is refused has used its number up: nobody does later what its sender heard is not done. */
  #admit(subject: Subject, operator: string, claims: CommandClaims): Accepted | undefined {
    const { journal, clock } = subject;
    const { number } = claims;
    const words = wordsOf(claims);
    const { merchant, terminal } = this.#options;
    if (claims.aud !== audienceOf(merchant, terminal))
      return this.#say(operator, number, words, refused(FAULT.commandForeign, `it is for ${claims.aud}`));
    if (journal.operators.isUsed(operator, number))
      return this.#say(operator, number, words, refused(FAULT.commandReplayed, `number ${number}`));
    if (this.#isTooOften(operator, words)) return undefined;
    const judged = this.#judge(subject, operator, claims);
    const commit = (kind: string, body: object, change: OperatorChange): void =>
      journal.commit({
        ...timesOf(clock),
        events: [{ kind, body: { operator, number, command: words, ...body } }],
        operator: change,
      });
    if (!judged.ok) {
      const { code, detail } = judged.error;
      commit('commandRefused', { code, detail }, { change: 'refused', operator, number });
      return this.#say(operator, number, words, judged.error);
    }
    commit('commandBegun', {}, { change: 'begun', operator, number, command: words, atMs: clock.wallMs() });
    this.#options.log.info(`operator: ${operator}: ${words}`);
    return { ...judged.value, operator, claims };
  }

  #judge(
    { terminal, clock }: Subject,
    operator: string,
    claims: CommandClaims,
  ): Result<RemoteCommand, Fault> {
    const { command, args, flags, iat, exp } = claims;
    if (!terminal.state().clockTrusted)
      return err(refused(FAULT.commandClock, 'the clock of this terminal is not known to be right'));
    const nowS = clock.wallMs() / 1000;
    if (nowS >= exp) return err(refused(FAULT.commandExpired, `it held until ${isoOf(exp)}`));
    if (iat > nowS + AHEAD_MOST_S)
      return err(refused(FAULT.commandExpired, `it is of ${isoOf(iat)}, which is to come`));
    const found = remoteCommand(command, args, Object.keys(flags));
    if (!found.ok) return err(refused(FAULT.commandNotAllowed, found.error));
    const { right } = found.value;
    const may = this.#operators.get(operator)?.may ?? [];
    if (!may.includes(right))
      return err(refused(FAULT.commandNotAllowed, `operator.may of ${operator} has no "${right}"`));
    return this.#running < AT_ONCE
      ? found
      : err(refused(FAULT.commandNotAllowed, `${AT_ONCE} are being done; again in a minute`));
  }

  /** Then it is not answered, and its number not used up. */
  #isTooOften(operator: string, words: string): boolean {
    if (this.#rate.admit(operator)) return false;
    const code = FAULT.commandNotAllowed;
    this.#log.warn(`E${code} ${operator}: more than ${COMMANDS_A_MINUTE} a minute: ${words}`);
    return true;
  }

  #say(operator: string, number: number, words: string, { code, detail }: Fault): undefined {
    const text = `E${code} ${detail}`;
    this.#log.warn(`${text}: ${operator}: ${words}`);
    if (!this.#refusals.admit('')) return undefined;
    this.#keep({ operator, number, good: false, text, data: null, parts: 0, code });
    this.linked();
  }

  async #perform(subject: Subject, accepted: Accepted): Promise<void> {
    const { operator, claims } = accepted;
    const { number } = claims;
    const list = new PartsOf(operator, number, (text) => this.#send(text, false));
    this.#running += 1;
    const { text, data, good } = await this.#answerOf(subject, accepted, list.send);
    this.#running -= 1;
    await subject.terminal.run(() =>
      subject.journal.commit({
        ...timesOf(subject.clock),
        events: [{ kind: 'commandEnded', body: { operator, number, good, text: text.slice(0, 200) } }],
        operator: { change: 'ended', operator, number },
      }),
    );
    this.#keep({ operator, number, good, text, data, parts: list.count, ...(list.cut ? { cut: true } : {}) });
    this.linked();
  }

  async #answerOf(
    subject: Subject,
    { family, operator, claims }: Accepted,
    send: SendPart,
  ): Promise<ControlAnswer> {
    const { command, args, flags } = claims;
    const request = { command, args, flags: { ...flags, by: operator }, user: `operator ${operator}` };
    try {
      return await subject.terminal.run(() => family.run(subject, request, () => undefined, send));
    } catch (error) {
      const text = `E${FAULT.commandFailed} ${command}: ${messageOf(error)}`;
      this.#options.log.error(text);
      return refusal(text);
    }
  }

  /** To be sent now, or when the link is back. */
  #keep(reply: CommandReply): void {
    const text = encodeReply(reply);
    if (text === undefined) return;
    this.#kept.push(text);
    while (this.#kept.length > REPLIES_KEPT) this.#kept.shift();
  }

  /** @param keep whether it waits for the link where it is away. @returns whether the broker has it */
  async #send(text: string, keep: boolean): Promise<boolean> {
    const outcome = await this.#options.reply(text);
    if (outcome.kind === 'unanswered' && keep && this.#kept.length < REPLIES_KEPT) this.#kept.push(text);
    if (outcome.kind === 'refused')
      this.#log.warn(
        `E${FAULT.stateRefused} the broker refused our reply, reason ${outcome.reason}: check its permissions`,
      );
    return outcome.kind === 'acknowledged';
  }
}

/** A long list, in messages that the broker takes; the next one when it has the one before. */
class PartsOf {
  readonly #operator: string;
  readonly #number: number;
  readonly #publish: (text: string) => Promise<boolean>;
  count = 0;
  cut = false;

  constructor(operator: string, number: number, publish: (text: string) => Promise<boolean>) {
    this.#operator = operator;
    this.#number = number;
    this.#publish = publish;
  }

  readonly send: SendPart = async (data) => {
    const part = this.count + 1;
    const text =
      part > PARTS_MOST
        ? undefined
        : encodeReply({ operator: this.#operator, number: this.#number, part, data });
    if (text === undefined && Array.isArray(data) && data.length > 1 && part <= PARTS_MOST) {
      const middle = data.length >> 1;
      return (await this.send(data.slice(0, middle))) && this.send(data.slice(middle));
    }
    const taken = text !== undefined && (await this.#publish(text));
    if (taken) this.count += 1;
    else this.cut = true;
    return taken;
  };
}

/** As it would be typed. */
function wordsOf({ command, args, flags }: CommandClaims): string {
  const named = Object.entries(flags).map(([name, value]) => `--${name} ${JSON.stringify(value)}`);
  return [command, ...args, ...named].join(' ');
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
