import type { Announcement } from '../../src/base/announcement.js';
import { type Fault, temporary } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { minuteOfDay, type Zone } from '../../src/base/time.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Language } from '../../src/core/text/spelled-number.js';
import { spoken } from '../../src/core/text/spoken.js';
import type { Speaker, SpeakOutcome } from '../../src/port/speaker.js';
import type { Tools } from '../kit/tools.js';
import { Turns } from '../kit/turns.js';
import { chime } from './chime.js';
import { type PlayerOptions, play } from './player.js';
import { type SpeakerSettings, volumeAt } from './settings.js';
import { Voice } from './voice.js';
import { join, silence, toLoudness } from './wave.js';

export interface SpeakerTools extends Pick<Tools, 'clock' | 'timers' | 'log'> {
  /** Default: that of the service. PATH decides which programs are found. */
  readonly env?: NodeJS.ProcessEnv;
  /** In which hours are meant; WIB when absent. */
  readonly zone?: Zone;
}

/** Who hears of a payment after this may take it for that of the next customer. */
const LATE_MS = 30_000;
const MOST_WAITING = 8;
/** A card that another program plays on is tried again, so often and after so long. */
const BUSY_TRIES = 5;
const BUSY_MS = 1_000;
/** How long a speaker that could not speak is left alone before it is tried again. */
const AGAIN_MS = 60_000;
/** Between two languages. */
const PAUSE_MS = 350;
/** Opens the card without being heard. */
const TRIAL_MS = 20;

/** One announcement after the other, each one sound; while it cannot speak it says why, and nothing else changes. */
export class AlsaSpeaker implements Speaker {
  readonly name = 'speaker';
  readonly #settings: SpeakerSettings;
  readonly #tools: SpeakerTools;
  readonly #voice: Voice;
  readonly #card: PlayerOptions;
  readonly #stopping = new AbortController();
  readonly #languages: readonly Language[];
  #on: ((fault: Fault | undefined) => void) | undefined;
  #told: number | undefined;
  readonly #turns = new Turns();
  #waiting = 0;
  #cancelAgain: (() => void) | undefined;
  #cutWait: (() => void) | undefined;

  constructor(settings: SpeakerSettings, tools: SpeakerTools) {
    this.#settings = settings;
    this.#tools = tools;
    const { timers, log, env = process.env } = tools;
    const { signal } = this.#stopping;
    this.#voice = new Voice({ directory: settings.voiceDirectory, timers, log, env, signal });
    this.#card = { device: settings.device, timers, env, signal };
    this.#languages = settings.language === 'both' ? ['id', 'en'] : [settings.language];
  }

  start(on: (fault: Fault | undefined) => void): void {
    this.#on = on;
    this.#tryAgain();
  }

  say(announcement: Announcement): Promise<SpeakOutcome> {
    if (this.#waiting >= MOST_WAITING)
      return Promise.resolve(unsaid(late(`${MOST_WAITING} announcements are waiting already`)));
    this.#waiting += 1;
    const askedMs = this.#tools.clock.monoMs();
    return this.#turns.next(() => {
      this.#waiting -= 1;
      return this.#say(announcement, askedMs);
    });
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#cancelAgain?.();
    this.#stopping.abort();
    this.#cutWait?.();
    await this.#turns.end();
  }

  async #say(announcement: Announcement, askedMs: number): Promise<SpeakOutcome> {
    const { clock } = this.#tools;
    if (this.#stopping.signal.aborted) return unsaid(stopping());
    const waitedMs = clock.monoMs() - askedMs;
    if (waitedMs > LATE_MS) return unsaid(late(`it has waited ${Math.round(waitedMs / 1000)} s`));
    const { volume, quiet } = this.#settings;
    const percent = volumeAt(minuteOfDay(clock.wallMs(), this.#tools.zone ?? 'WIB'), volume, quiet);
    if (percent === 0) return { kind: 'quiet' };
    const speech = await this.#speech(announcement);
    const fault = speech.ok ? await this.#play(this.#soundOf(speech.value, percent)) : speech.error;
    if (this.#stopping.signal.aborted && fault !== undefined) return unsaid(stopping());
    this.#tell(fault);
    return fault === undefined ? { kind: 'said' } : unsaid(fault);
  }

  /** In each language, one after the other. */
  async #speech(announcement: Announcement): Promise<Result<Int16Array, Fault>> {
    const parts: Int16Array[] = [];
    for (const language of this.#languages) {
      const made = await this.#voice.speak(spoken(announcement, language), language);
      if (!made.ok) return err(made.error);
      if (this.#stopping.signal.aborted) return err(stopping());
      if (parts.length > 0) parts.push(silence(PAUSE_MS));
      parts.push(made.value);
    }
    return ok(join(parts));
  }

  #soundOf(speech: Int16Array, percent: number): Int16Array {
    const full = toLoudness(speech, 100);
    return toLoudness(this.#settings.chime ? join([chime(), full]) : full, percent);
  }

  async #play(samples: Int16Array): Promise<Fault | undefined> {
    for (let tries = 1; ; tries += 1) {
      if (this.#stopping.signal.aborted) return stopping();
      const fault = await play(samples, this.#card);
      if (fault?.code !== FAULT.soundCardBusy || tries === BUSY_TRIES) return fault;
      await this.#wait(BUSY_MS);
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#tools.timers.after(ms, resolve);
      this.#cutWait = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Makes a sentence and opens the card, without a sound. */
  #tryAgain(): void {
    void this.#turns.next(async () => {
      if (this.#stopping.signal.aborted) return;
      const speech = await this.#speech({ say: 'test' });
      const fault = speech.ok ? await this.#play(silence(TRIAL_MS)) : speech.error;
      if (!this.#stopping.signal.aborted) this.#tell(fault);
    });
  }

  #tell(fault: Fault | undefined): void {
    const code = fault?.code ?? 0;
    this.#cancelAgain?.();
    // One that was never started has nothing to tell, and nothing to look after.
    if (fault !== undefined && this.#on !== undefined)
      this.#cancelAgain = this.#tools.timers.after(AGAIN_MS, () => this.#tryAgain());
    if (code === this.#told) return;
    this.#told = code;
    this.#on?.(fault);
  }
}

function unsaid(fault: Fault): SpeakOutcome {
  return { kind: 'unsaid', fault };
}

function late(why: string): Fault {
  return temporary(FAULT.announcementBroken, `too late to be said: ${why}`);
}

function stopping(): Fault {
  return temporary(FAULT.stopping, 'the terminal is stopping');
}
