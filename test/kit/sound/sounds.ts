import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FAKE = fileURLToPath(new URL('./fake-sound.mjs', import.meta.url));
const READER = fileURLToPath(new URL('./read_wave.py', import.meta.url));
/** What the fake voice begins with; 100 times as much is its loudest sample. */
const LOUD = 255;
/** The sound with which the driver tries the card is shorter than any announcement. */
const TRIAL_FRAMES = 441;

export interface Wave {
  readonly channels: number;
  readonly bytes: number;
  readonly rate: number;
  readonly frames: number;
  readonly samples: readonly number[];
}

/** A WAV file as Python's own module reads it. */
export function readWave(path: string): Wave {
  return JSON.parse(execFileSync('python3', [READER, path], { encoding: 'utf8' })) as Wave;
}

export interface Heard {
  /** What the fake voice was asked to say, read out of the samples that were played. */
  readonly text: string;
  /** The loudest sample. */
  readonly peak: number;
  readonly path: string;
}

/** A folder with programs that stand for aplay and espeak-ng, and what they did. */
export class Sounds {
  readonly folder = mkdtempSync(join(tmpdir(), 'sound-'));
  readonly env: Record<string, string> = { PATH: this.folder };

  constructor(programs: readonly string[] = ['aplay', 'espeak-ng']) {
    for (const name of programs) {
      const path = join(this.folder, name);
      writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${FAKE}' '${this.folder}' ${name} "$@"\n`);
      chmodSync(path, 0o755);
    }
  }

  /** How the programs fail from now on; see `fake-sound.mjs`. */
  trouble(what: string): void {
    writeFileSync(join(this.folder, 'trouble'), what);
  }

  /** Each program that was started, in order. */
  started(name: string): { readonly pid: number; readonly args: readonly string[] }[] {
    const path = join(this.folder, 'log');
    if (!existsSync(path)) return [];
    return (
      readFileSync(path, 'utf8')
        .split('\n')
        // The file may be there before its first line.
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { pid: number; name: string; args: string[] })
        .filter((each) => each.name === name)
    );
  }

  /** Every file that was played, the trials of the card among them. */
  files(): string[] {
    const numbers = readdirSync(this.folder).flatMap((file) => /^play-(\d+)\.wav$/.exec(file)?.[1] ?? []);
    return numbers
      .map(Number)
      .sort((a, b) => a - b)
      .map((number) => join(this.folder, `play-${number}.wav`));
  }

  /** The announcements, in order, where the fake voice spoke and no chime was before it. */
  heard(): Heard[] {
    return this.files().flatMap((path) => {
      const bytes = readFileSync(path);
      const samples = Array.from({ length: (bytes.length - 44) / 2 }, (_, at) =>
        bytes.readInt16LE(44 + 2 * at),
      );
      const peak = Math.max(...samples.map(Math.abs));
      if (samples.length === TRIAL_FRAMES && peak === 0) return [];
      const codes = samples.slice(1).map((sample) => Math.round((sample * LOUD) / peak));
      return [{ text: String.fromCharCode(...codes), peak, path }];
    });
  }

  texts(): string[] {
    return this.heard().map(({ text }) => text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
