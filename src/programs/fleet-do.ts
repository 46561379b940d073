import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { messageOf } from '../base/fault.js';
import { fragmentProblems } from '../config/fragment.js';
import { formatProblem } from '../config/problem.js';
import { remoteCommand } from '../control/remote.js';
import { FAULT } from '../core/fault/table.js';
import type { SoldLine } from '../core/shift/sold-line.js';
import { EXIT } from '../host/process.js';
import {
  audienceOf,
  COMMAND_LIFE_MOST_S,
  CONFIG_NAME,
  type CommandReply,
  parseReply,
} from '../mqtt/command.js';
import { FleetWatcher } from '../mqtt/fleet-watcher.js';
import { type OperatorKey, parseOperatorKey, type SignedType, signClaims } from '../mqtt/signed.js';
import { commandTopic, configTopic } from '../mqtt/topics.js';
import { secondsOf, Usage } from './arguments.js';
import { type FleetTools, ofOneMerchant, passwordOf, quiet, urlOf } from './fleet.js';
import { soldText } from './sold.js';
import type { Options } from './usage.js';

/** Room for the clocks of both sides, each of which may be five minutes off. */
const CLOCKS_S = 300;
/** A terminal in `terminal.id`; a command begins with a small letter. */
const BOX = /^[A-Z0-9]{1,16}$/;
/** What the terminal is given; all else is for this program. */
const FOR_TERMINAL = ['shift', 'day', 'from', 'to', 'slot', 'lang'] as const;

interface Box {
  readonly merchant: string;
  readonly terminal: string;
}

/** What one terminal was asked, and has said so far. */
class Asked {
  readonly box: Box;
  readonly number: number;
  readonly parts: unknown[] = [];
  end: Extract<CommandReply, { good: boolean }> | undefined;

  constructor(box: Box, number: number) {
    this.box = box;
    this.number = number;
  }

  /** A broker may hand over twice what was answered once: what it was answered has come, or comes as well. */
  get isOver(): boolean {
    return this.end !== undefined && this.end.code !== FAULT.commandReplayed;
  }

  hear(reply: CommandReply): void {
    if ('part' in reply) this.parts[reply.part - 1] = reply.data;
    else if (!this.isOver) this.end = reply;
  }
}

/** What is asked of all of them. */
interface Order {
  /** Terminals that were named. */
  readonly named: readonly string[];
  readonly command: string;
  readonly key: OperatorKey;
  readonly waitMs: number;
  readonly type: SignedType;
  /** Beside whom it is for and when it was signed, in seconds of Unix. */
  readonly claims: (number: number, exp: number) => object;
}

/** `gopay-pos fleet do BOX... COMMAND...`: each terminal is asked and its answer told. @returns exit code @throws Usage */
export function commandFleet(words: readonly string[], values: Options, tools: FleetTools): Promise<number> {
  return askAll(commandOf(words, values, tools), values, tools);
}

/** `gopay-pos fleet config set FILE [BOX...]`, or `clear [BOX...]`. @returns exit code @throws Usage */
export function configureFleet(
  words: readonly string[],
  values: Options,
  tools: FleetTools,
): Promise<number> {
  return askAll(configOf(words, values, tools), values, tools);
}

async function askAll(order: Order, values: Options, tools: FleetTools): Promise<number> {
  const url = values['url'] ?? 'mqtt://127.0.0.1:1883';
  const asked: Asked[] = [];
  let heard = (): void => {};
  let answered = (): void => {};
  let failed = (_why: string): void => {};
  const watcher = new FleetWatcher({
    ...tools.environment,
    broker: { urls: [urlOf(url)], ...(values['ca'] === undefined ? {} : { tls: { caFile: values['ca'] } }) },
    user: values['user'] ?? 'operator',
    ...passwordOf(values['password-file']),
    merchant: values['merchant'] ?? '+',
    changed: () => heard(),
    replied: (terminal, payload) => {
      const reply = parseReply(payload);
      const one = asked.find(({ box, number }) => box.terminal === terminal && number === reply?.number);
      if (reply === undefined || one === undefined || reply.operator !== order.key.name) return;
      one.hear(reply);
      answered();
    },
    down: (why) => failed(why),
  });
  const down = new Promise<string>((resolve) => {
    failed = resolve;
  });
  watcher.start();
  try {
    const why = await Promise.race([watcher.listening, down]);
    if (why !== undefined) {
      tools.complain(`${url}: ${why}${ofOneMerchant(why, values)}`);
      return EXIT.unavailable;
    }
    failed = (text) => tools.complain(`${url}: ${text}; trying again`);
    // Who they are, where that is not said.
    if (order.named.length === 0 || values['group'] !== undefined || values['merchant'] === undefined)
      await quiet(undefined, tools.environment.timers, (hear) => {
        heard = hear;
      });
    const boxes = chosen(watcher, order.named, values, tools.environment.clock);
    const exp = await send(boxes, order, asked, watcher, tools);
    await new Promise<void>((resolve) => {
      const cancel = tools.environment.timers.after(order.waitMs, resolve);
      answered = () => {
        if (!asked.every(({ isOver }) => isOver)) return;
        cancel();
        resolve();
      };
      answered();
    });
    return tell(asked, order.command, exp, values, tools);
  } finally {
    await watcher.stop();
  }
}

/** @throws Usage for what no terminal would do; Failure for a key that others can read */
function commandOf(words: readonly string[], values: Options, tools: FleetTools): Order {
  const begin = words.findIndex((word) => !BOX.test(word));
  const [command, ...args] = begin < 0 ? [] : words.slice(begin);
  const named = begin < 0 ? words : words.slice(0, begin);
  if (command === undefined || (named.length === 0 && values['group'] === undefined))
    throw new Usage(
      'fleet do BOX... COMMAND..., or fleet do --group NAME COMMAND...: which terminals (ids are of A-Z and 0-9), and what?',
    );
  const flags = flagsOf(values);
  const known = remoteCommand(command, args, Object.keys(flags));
  if (!known.ok) throw new Usage(`fleet do: ${known.error}`);
  return {
    ...{ named, command, type: 'gopay-pos-command', key: keyOf(values, tools), waitMs: waitOf(values) },
    claims: (number, exp) => ({ exp, number, command, args, flags }),
  };
}

/** @throws Usage for what no terminal would take; Failure for a key that others can read */
function configOf([verb, ...rest]: readonly string[], values: Options, tools: FleetTools): Order {
  const [file, ...more] = rest;
  const named = verb === 'set' ? more : rest;
  const isWhole = verb === 'clear' || (verb === 'set' && file !== undefined);
  if (!isWhole || !named.every((box) => BOX.test(box)) || named.length + (values['group']?.length ?? 0) === 0)
    throw new Usage('fleet config set FILE BOX..., or clear BOX...; --group NAME in the place of BOX');
  const toml = verb === 'set' ? fragmentIn(file ?? '') : '';
  const name = values['name'] ?? (verb === 'set' ? basename(file ?? '', '.toml') : 'nothing');
  if (!CONFIG_NAME.test(name)) throw new Usage(`--name ${name}: 1 to 64 of a-z A-Z 0-9 . _ -`);
  return {
    ...{
      named,
      command: 'config',
      type: 'gopay-pos-config',
      key: keyOf(values, tools),
      waitMs: waitOf(values),
    },
    claims: (serial) => ({ serial, name, toml }),
  };
}

/** @throws Usage with each mistake that can be known without the terminal's own file */
function fragmentIn(file: string): string {
  let toml: string;
  try {
    toml = readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new Usage(messageOf(thrown));
  }
  const problems = fragmentProblems(toml);
  if (problems.length > 0) throw new Usage(problems.map((each) => formatProblem(file, each)).join('\n'));
  if (toml.trim() === '') throw new Usage(`${file} is empty: fleet config clear takes back what was set`);
  return toml;
}

function waitOf(values: Options): number {
  return secondsOf('--wait', values['wait'] ?? '30', COMMAND_LIFE_MOST_S - CLOCKS_S);
}

/** Signs and sends. @returns until when they hold, in seconds of Unix */
async function send(
  boxes: readonly Box[],
  { type, claims, key, waitMs }: Order,
  asked: Asked[],
  watcher: FleetWatcher,
  { environment: { clock, random }, complain }: FleetTools,
): Promise<number> {
  const iat = Math.floor(clock.wallMs() / 1000);
  const exp = iat + CLOCKS_S + Math.ceil(waitMs / 1000);
  for (const box of boxes) {
    // Milliseconds, so that later ones are higher, and three digits for those of the same millisecond.
    const number = clock.wallMs() * 1000 + Math.floor(random.fraction() * 1000);
    const aud = audienceOf(box.merchant, box.terminal);
    const text = await signClaims(type, { aud, iat, ...claims(number, exp) }, key);
    asked.push(new Asked(box, number));
    const isConfig = type === 'gopay-pos-config';
    const topic = (isConfig ? configTopic : commandTopic)(box.merchant, box.terminal);
    const outcome = await watcher.publish(topic, text, isConfig);
    if (outcome.kind === 'acknowledged') continue;
    const why = outcome.kind === 'refused' ? `reason ${outcome.reason}` : outcome.why;
    complain(`${box.terminal}: the broker has not taken it (${why})`);
  }
  return exp;
}

function flagsOf(values: Options): Record<string, string> {
  const given = FOR_TERMINAL.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** @throws Usage, Failure where others can read the file */
function keyOf(values: Options, { environment }: FleetTools): OperatorKey {
  const file = values['key'];
  if (file === undefined) throw new Usage('--key FILE: the key that gopay-pos operator key has made');
  const read = parseOperatorKey(environment.secret('operator', { file }));
  if (!read.ok) throw new Usage(`--key ${file}: ${read.error}`);
  return read.value;
}

/** Those that were named, wherever they are, and those of the group. @throws Usage for one that two merchants have */
function chosen(
  watcher: FleetWatcher,
  named: readonly string[],
  values: Options,
  clock: FleetTools['environment']['clock'],
): Box[] {
  const all = watcher.fleet.boxes({ monoMs: clock.monoMs(), wallMs: clock.wallMs() });
  const { group, merchant } = values;
  const grouped = group === undefined ? [] : all.filter(({ state }) => state?.group === group);
  const single = named.map((terminal) => {
    const [first, second] = all.filter((box) => box.terminal === terminal);
    if (second !== undefined)
      throw new Usage(
        `${terminal} is of ${first?.merchant} and of ${second.merchant}: --merchant says which`,
      );
    return { terminal, merchant: first?.merchant ?? merchant ?? 'shop' };
  });
  const boxes = new Map([...single, ...grouped].map((box) => [`${box.merchant}/${box.terminal}`, box]));
  return [...boxes.values()].map(({ merchant: of, terminal }) => ({ merchant: of, terminal }));
}

function tell(
  asked: readonly Asked[],
  command: string,
  exp: number,
  values: Options,
  tools: FleetTools,
): number {
  if (asked.length === 0) tools.complain(`no terminal of the group ${values['group']} has said anything yet`);
  const until = new Date(exp * 1000).toISOString();
  const silence = `no answer: away, or it knows no such operator (its log says why). Whether it is done is not known; it holds ${command === 'config' ? 'until another one is set' : `until ${until}`}`;
  if (values['json'] !== undefined) tools.print(JSON.stringify(asked.map((one) => rowOf(one, silence))));
  else
    for (const one of asked) {
      const head = asked.length === 1 ? '' : `${one.box.terminal}: `;
      const { end } = one;
      if (end === undefined) tools.complain(`${one.box.terminal}: ${silence}`);
      else tools.print(`${head}${textOf(one, end, command, values)}`);
    }
  if (asked.some(({ end }) => end === undefined)) return EXIT.unavailable;
  return asked.length > 0 && asked.every(({ end }) => end?.good === true) ? EXIT.ok : EXIT.failed;
}

function textOf(
  { parts }: Asked,
  { good, text, cut }: NonNullable<Asked['end']>,
  command: string,
  { by }: Options,
): string {
  const list =
    good && (command === 'sales' || command === 'report')
      ? soldText(command, by, parts.flat() as SoldLine[]).trimEnd()
      : text;
  return cut === true ? `${list}\n(something is left out: the answer was longer than messages may be)` : list;
}

function rowOf({ box, end, parts }: Asked, silence: string): object {
  const { terminal, merchant } = box;
  if (end === undefined) return { terminal, merchant, answered: false, good: false, text: silence };
  const { good, text, data, code, cut } = end;
  return {
    ...{ terminal, merchant, answered: true, good, text },
    ...(code === undefined ? {} : { code }),
    ...(cut === true ? { cut } : {}),
    data: parts.length > 0 ? parts.flat() : data,
  };
}
