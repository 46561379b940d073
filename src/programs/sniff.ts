import * as catalogue from '../../devices/catalogue.js';
import type { Decoded, Decoder } from '../../devices/kit/decoder.js';
import type { LineEvent } from '../../devices/kit/line.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { ToolRefusal, type Workbench } from './device-bench.js';
import { Live } from './live.js';

/** What is listened to, and by whose ears. */
export interface Sniffed {
  readonly where: catalogue.EarSettings;
  /** One where the protocol is known, otherwise all of them. */
  readonly decoders: readonly Decoder[];
}

/** A silence this long ends what a parser holds. */
const SILENCE_MS = 500;
/** So many bytes, and nobody knows them: that is worth a word. */
const STRANGE_BYTES = 64;

/** @throws ToolRefusal */
export function configured(kind: 'register' | 'vending', config: TerminalConfig): Sniffed {
  const { register, vending } = config;
  if (kind === 'register') {
    if (!register.enabled) throw new ToolRefusal('no register is configured; sniff takes a path, too');
    const decoder = catalogue.decoderOf(register);
    return { where: placeOf(register, decoder), decoders: heardBy(decoder) };
  }
  if (!vending.enabled) throw new ToolRefusal('no vending machine is configured; sniff takes a path, too');
  if (vending.protocol === 'pulse')
    throw new ToolRefusal('coin pulses have no bytes: there is nothing to listen to');
  const decoder = catalogue.decoderOf(vending);
  const place =
    vending.protocol === 'vendotek'
      ? { ...vending, transport: 'tcp' as const }
      : { ...vending, transport: 'serial' as const };
  return { where: placeOf(place, decoder), decoders: heardBy(decoder) };
}

/** A device that no configuration names. @throws ToolRefusal */
export function atPath(device: string, { baud, protocol }: Workbench['flags']): Sniffed {
  const all = catalogue.decoders().filter(({ tcpOnly }) => !tcpOnly);
  const named = protocol === undefined ? undefined : all.find(({ id }) => id === protocol);
  if (protocol !== undefined && named === undefined)
    throw new ToolRefusal(`--protocol ${protocol}: one of ${all.map(({ id }) => id).join(', ')}`);
  const { baud: usual = 9_600, stopBits = 1 } = named ?? {};
  return {
    where: { transport: 'serial', device, baud: baud ?? usual, stopBits },
    decoders: named === undefined ? all : [named],
  };
}

/** Listens, and never writes a byte: it holds nothing that could. @returns whether the line was ever there */
export async function sniff({ where, decoders }: Sniffed, bench: Workbench): Promise<boolean> {
  const { around, flags, print, stopped } = bench;
  const live = new Live({ ...around, print, json: flags.json === true });
  const ear = catalogue.ear(where, { ...around, log: live.log() });
  const ears = new Ears(decoders, live);
  live.say(`listening to ${ear.name}, and writing nothing. Ctrl-C ends it`);
  let cancelSilence = (): void => undefined;
  ear.start((event) => {
    cancelSilence();
    ears.take(event);
    if (event.kind === 'bytes') cancelSilence = around.timers.after(SILENCE_MS, () => ears.silence());
  });
  await stopped;
  cancelSilence();
  await ear.stop();
  ears.silence();
  ears.sum();
  live.end();
  return live.everOpen;
}

function heardBy(decoder: Decoder | undefined): readonly Decoder[] {
  return decoder === undefined ? catalogue.decoders() : [decoder];
}

function placeOf(
  settings:
    | { readonly transport: 'serial'; readonly device: string; readonly baud: number }
    | Extract<catalogue.EarSettings, { transport: 'tcp' }>,
  decoder: Decoder | undefined,
): catalogue.EarSettings {
  if (settings.transport === 'tcp') return settings;
  return { ...settings, stopBits: decoder?.stopBits ?? 1 };
}

/** Every parser that may know the bytes; a stranger's garbage is nobody's business. */
class Ears {
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
