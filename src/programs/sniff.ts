import type { Decoded, Decoder } from '../../devices/kit/decoder.js';
import type { Line, LineEvent } from '../../devices/kit/line.js';
import { type LinePlace, openLine } from '../../devices/kit/open-line.js';
import { find, type Listed } from '../../devices/kit/protocol.js';
import { REGISTER_PROTOCOLS } from '../../devices/register/protocols.js';
import { VENDING_PROTOCOLS } from '../../devices/vending/protocols.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { ToolRefusal, type Workbench } from './device-bench.js';
import { Live } from './live.js';

/** What is listened to, and which parsers read it. */
export interface Sniffed {
  readonly where: LinePlace;
  readonly stopBits: 1 | 2;
  /** One where the protocol is known, otherwise all of them. */
  readonly decoders: readonly Decoder[];
}

/** A silence this long ends what a parser holds. */
const SILENCE_MS = 500;
/** So many bytes that no protocol knows are worth a line. */
const STRANGE_BYTES = 64;

/** @throws ToolRefusal */
export async function configured(kind: 'register' | 'vending', config: TerminalConfig): Promise<Sniffed> {
  const { register, vending } = config;
  if (kind === 'register') {
    if (!register.enabled) throw new ToolRefusal('no register is configured; sniff takes a path, too');
    return heardBy(find(REGISTER_PROTOCOLS, register.protocol), register);
  }
  if (!vending.enabled) throw new ToolRefusal('no vending machine is configured; sniff takes a path, too');
  if (vending.protocol === 'pulse')
    throw new ToolRefusal('coin pulses have no bytes: there is nothing to listen to');
  return heardBy(find(VENDING_PROTOCOLS, vending.protocol), vending);
}

async function heardBy(protocol: Listed<unknown>, where: LinePlace): Promise<Sniffed> {
  const decoders = await protocol.decoders(where);
  return { where, decoders, stopBits: decoders[0]?.stopBits ?? 1 };
}

/** A device that no configuration names. @throws ToolRefusal */
export async function atPath(device: string, { baud, protocol }: Workbench['flags']): Promise<Sniffed> {
  const protocols: readonly Listed<unknown>[] = [...REGISTER_PROTOCOLS, ...VENDING_PROTOCOLS];
  const every = await Promise.all(protocols.map((each) => each.decoders()));
  const all = every.flat().filter(({ tcpOnly }) => !tcpOnly);
  const named = protocol === undefined ? undefined : all.find(({ id }) => id === protocol);
  if (protocol !== undefined && named === undefined)
    throw new ToolRefusal(`--protocol ${protocol}: one of ${all.map(({ id }) => id).join(', ')}`);
  const { baud: usual = 9_600, stopBits = 1 } = named ?? {};
  return {
    where: { device, baud: baud ?? usual },
    decoders: named === undefined ? all : [named],
    stopBits,
  };
}

/** Listens, and never writes a byte: it holds nothing that could. @returns whether the line was ever there */
export async function sniff({ where, stopBits, decoders }: Sniffed, bench: Workbench): Promise<boolean> {
  const { environment, flags, print, stopped } = bench;
  const live = new Live({ ...environment, print, json: flags.json === true });
  // Of this type it cannot write.
  const line: Pick<Line, 'name' | 'start' | 'stop'> = await openLine(
    where,
    { timers: environment.timers, log: live.log() },
    stopBits,
  );
  const listeners = new LineListeners(decoders, live);
  live.say(`listening to ${line.name}, and writing nothing. Ctrl-C ends it`);
  let cancelSilence = (): void => undefined;
  line.start((event) => {
    cancelSilence();
    listeners.take(event);
    if (event.kind === 'bytes')
      cancelSilence = environment.timers.after(SILENCE_MS, () => listeners.silence());
  });
  await stopped;
  cancelSilence();
  await line.stop();
  listeners.silence();
  listeners.sum();
  live.end();
  return live.everOpen;
}

/** Every parser that may know the bytes; bytes that none of them knows are not an error. */
class LineListeners {
  readonly #live: Live;
  readonly #all: readonly { readonly decoder: Decoder; readonly known: boolean }[];
  readonly #frames = new Map<Decoder, number>();
  #bytes = 0;
  #verdict = '';

  constructor(decoders: readonly Decoder[], live: Live) {
    this.#live = live;
    this.#all = decoders.map((decoder) => ({ decoder, known: decoders.length === 1 }));
  }

  take(event: LineEvent): void {
    if (event.kind === 'open') return this.#live.opened();
    if (event.kind === 'gone') {
      this.silence();
      const hint = event.cause === 'taken' ? '; if the terminal has it: systemctl stop gopay-pos' : '';
      return this.#live.say(`nothing to hear: ${event.why}${hint}`);
    }
    this.#bytes += event.bytes.length;
    this.#live.heard(event.bytes);
    for (const { decoder, known } of this.#all) this.#name(decoder, known, decoder.push(event.bytes));
  }

  silence(): void {
    for (const { decoder, known } of this.#all) this.#name(decoder, known, decoder.silence());
    this.#judge();
  }

  #name(decoder: Decoder, known: boolean, decoded: readonly Decoded[]): void {
    for (const { frame, text } of decoded) {
      if (frame) this.#frames.set(decoder, (this.#frames.get(decoder) ?? 0) + 1);
      if (text !== undefined && (known || frame))
        this.#live.name(known ? `<- ${text}` : `<- ${decoder.id}: ${text}`);
    }
  }

  /** At the end. */
  sum(): void {
    const counts = this.#ranking().map(
      ([{ title }, count]) => `${title} (${count} ${count === 1 ? 'frame' : 'frames'})`,
    );
    const found = counts.length === 0 ? 'no valid frame' : counts.join(', or ');
    this.#live.say(`${this.#bytes} bytes heard: ${found}`);
  }

  /** Said when it changes. */
  #judge(): void {
    if (this.#all.some(({ known }) => known)) return;
    const found = this.#ranking().map(([{ title }]) => title);
    const unknown = this.#bytes < STRANGE_BYTES ? '' : 'no protocol knows these bytes: another --baud?';
    const verdict = found.length > 0 ? `looks like: ${found.join(', or ')}` : unknown;
    if (verdict === this.#verdict) return;
    this.#verdict = verdict;
    this.#live.say(verdict);
  }

  #ranking(): (readonly [Decoder, number])[] {
    return [...this.#frames].sort(([, a], [, b]) => b - a);
  }
}
