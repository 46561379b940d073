import { type Fault, refused } from '../base/fault.js';
import { asObject, type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';

/** Bytes of one answer, as of a state: what each broker takes as we ship it (NATS: 20 KB). */
const REPLY_MAX_BYTES = 16_384;

/** Bytes of a signed command. */
export const COMMAND_MAX_BYTES = 4096;
/** Longer than this no command holds: who answers after a quarter of an hour answers somebody else's question. */
export const COMMAND_LIFE_MOST_S = 900;

const WORD = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
const FLAG = /^[a-z][a-z-]{0,30}$/;
const WORDS_MOST = 20;

/** A configuration that an operator has signed. */
export interface ConfigClaims {
  readonly aud: string;
  readonly iat: number;
  /** Higher than that of each configuration before it, whoever has signed that; its answer has it as number. */
  readonly serial: number;
  /** By which people know it. */
  readonly name: string;
  /** TOML; empty for nothing from afar any more. */
  readonly toml: string;
}

/** Bytes of a signed configuration: of JSON in base64url. */
export const CONFIG_MAX_BYTES = 16_384;

/** @returns FAULT.commandMalformed with the name of the first claim that is not as it must be */
export function parseConfig(claims: Json): Result<ConfigClaims, Fault> {
  const { aud, iat, serial, name, toml, ...more } = claims;
  const wrong = (what: string): Result<never, Fault> => err(refused(FAULT.commandMalformed, what));
  if (Object.keys(more).length > 0) return wrong('a claim that is none of a configuration');
  if (typeof aud !== 'string' || aud.length > 100) return wrong('aud');
  if (!isTime(iat)) return wrong('iat');
  if (!isNumber(serial)) return wrong('serial');
  if (typeof name !== 'string' || !CONFIG_NAME.test(name)) return wrong('name');
  return typeof toml === 'string' ? ok({ aud, iat, serial, name, toml }) : wrong('toml');
}

export const CONFIG_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** What an operator has signed. Times in seconds of Unix. */
export interface CommandClaims {
  /** `merchant/terminal`: the one that it is for. */
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  /** The number that no other command of this operator has; newer ones have higher ones. Its answer has it as well. */
  readonly number: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
}

/** Whom a signed word is for. */
export function audienceOf(merchant: string, terminal: string): string {
  return `${merchant}/${terminal}`;
}

/** @returns FAULT.commandMalformed with the name of the first claim that is not as it must be */
export function parseCommand(claims: Json): Result<CommandClaims, Fault> {
  const { aud, iat, exp, number, command, args, flags, ...more } = claims;
  const wrong = (what: string): Result<never, Fault> => err(refused(FAULT.commandMalformed, what));
  const [other] = Object.keys(more);
  if (other !== undefined) return wrong('a claim that is none of a command');
  if (typeof aud !== 'string' || aud.length > 100) return wrong('aud');
  if (!isTime(iat) || !isTime(exp) || exp <= iat || exp - iat > COMMAND_LIFE_MOST_S) return wrong('iat, exp');
  if (!isNumber(number)) return wrong('number');
  if (typeof command !== 'string' || !FLAG.test(command)) return wrong('command');
  const words = Array.isArray(args) && args.length <= WORDS_MOST ? (args as readonly unknown[]) : undefined;
  if (words === undefined || !words.every(isWord)) return wrong('args');
  const named = asObject(flags);
  if (named === undefined || Object.keys(named).length > WORDS_MOST) return wrong('flags');
  if (!Object.entries(named).every(([name, value]) => FLAG.test(name) && isWord(value)))
    return wrong('flags');
  return ok({
    aud,
    iat,
    exp,
    number,
    command,
    args: words,
    flags: named as Readonly<Record<string, string>>,
  });
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && WORD.test(value);
}

/** What a terminal says to a command. */
export type CommandReply =
  /** A part of a long list, in its order; more follows. */
  | { readonly operator: string; readonly number: number; readonly part: number; readonly data: unknown }
  | {
      readonly operator: string;
      readonly number: number;
      readonly good: boolean;
      readonly text: string;
      readonly data: unknown;
      /** How many parts went before. */
      readonly parts: number;
      /** Why it was not done. */
      readonly code?: number;
      /** Something of it is left out: it was longer than one message may be. */
      readonly cut?: true;
    };

/**
 * As it goes over MQTT, at most REPLY_MAX_BYTES: an end without its data, and without the rest of its text, where it is
 * longer; undefined for a part that is.
 */
export function encodeReply(reply: CommandReply): string | undefined {
  const whole = JSON.stringify(reply);
  if (Buffer.byteLength(whole) <= REPLY_MAX_BYTES) return whole;
  if ('part' in reply) return undefined;
  const words = JSON.stringify({ ...reply, data: null, cut: true });
  if (Buffer.byteLength(words) <= REPLY_MAX_BYTES) return words;
  // A character is at most six bytes of JSON.
  const text = `${reply.text.slice(0, REPLY_MAX_BYTES / 8)}\n... (cut: ${reply.text.length} characters in all)`;
  return JSON.stringify({ ...reply, text, data: null, cut: true });
}

/** From whoever may write that topic: undefined for what is no reply. */
export function parseReply(text: string): CommandReply | undefined {
  const found = parseObject(text);
  if (found === undefined || !isNumber(found['number']) || typeof found['operator'] !== 'string')
    return undefined;
  if (Number.isSafeInteger(found['part'])) return found as unknown as CommandReply;
  const { good, text: words, parts, code } = found;
  const isEnd =
    typeof good === 'boolean' &&
    typeof words === 'string' &&
    Number.isSafeInteger(parts) &&
    (code === undefined || Number.isSafeInteger(code));
  return isEnd ? (found as unknown as CommandReply) : undefined;
}
