import { type Fault, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { FAULT } from '../../../src/core/fault/table.js';

/** The GPIO programs of libgpiod, as Debian packages them: `gpioset`, `gpiodetect` (package gpiod). */
export type ToolVersion = 1 | 2;

/** `gpioset (libgpiod) v1.6.3`: the first number, where it is one that we know. */
export function versionOf(said: string): ToolVersion | undefined {
  const major = /\(libgpiod\) v(\d+)\./.exec(said)?.[1];
  return major === '1' ? 1 : major === '2' ? 2 : undefined;
}

export interface Chip {
  /** `gpiochip0`. Numbers change with kernels; labels do not. */
  readonly name: string;
  readonly label: string;
  readonly lines: number;
}

/** `gpiochip0 [pinctrl-bcm2711] (58 lines)`, one a line, in both versions. */
export function readChips(said: string): Chip[] {
  return said.split('\n').flatMap((text) => {
    const match = /^(\S+) \[(.*)\] \((\d+) lines?\)$/.exec(text.trim());
    const [, name, label, lines] = match ?? [];
    return name === undefined || label === undefined ? [] : [{ name, label, lines: Number(lines) }];
  });
}

/** @param wanted a label, or a name */
export function chooseChip(chips: readonly Chip[], wanted: string, line: number): Result<Chip, Fault> {
  const named = chips.filter(({ name }) => name === wanted);
  const found = named.length > 0 ? named : chips.filter(({ label }) => label === wanted);
  const [chip] = found;
  const list = chips.map(({ name, label }) => `${name} [${label}]`).join(', ');
  const missing = (why: string): Result<Chip, Fault> => err(temporary(FAULT.gpioChipMissing, why));
  if (chip === undefined) return missing(`no chip ${wanted}; there is ${list || 'none that we may see'}`);
  if (found.length > 1) return missing(`${found.length} chips are called ${wanted}: ${list}`);
  if (line < chip.lines) return ok(chip);
  const lines = `${chip.name} [${chip.label}] has lines 0 to ${chip.lines - 1}`;
  return err(temporary(FAULT.gpioLineTaken, `${lines}, not ${line}`));
}

/** A line of a chip, and which of its levels is a pulse. */
export interface PulseLine {
  readonly chip: string;
  readonly line: number;
  readonly activeLow: boolean;
}

export interface Train {
  readonly pulses: number;
  readonly pulseMs: number;
  readonly gapMs: number;
  /** How long the line is held idle before the first pulse, so that each pulse has a gap before it, the first included. */
  readonly leadMs: number;
}

export function trainMs({ pulses, pulseMs, gapMs, leadMs }: Train): number {
  return leadMs + pulses * pulseMs + (pulses - 1) * gapMs;
}

/** How long each level lasts, from idle and in turns; after the last the line is idle again. */
export function levelsOf({ pulses, pulseMs, gapMs, leadMs }: Train): number[] {
  return Array.from({ length: 2 * pulses }, (_, i) => (i === 0 ? leadMs : i % 2 === 1 ? pulseMs : gapMs));
}

/**
 * One process of gpioset 2 for the whole train: it requests the line idle, toggles after each period, and a last period
 * of 0 ends it after the last toggle, which is back to idle.
 */
export function trainArguments(where: PulseLine, train: Train): string[] {
  const periods = [...levelsOf(train).map((ms) => `${ms}ms`), '0'].join(',');
  return ['-c', where.chip, '-C', 'gopay-pos', ...activeLow(where), '-t', periods, `${where.line}=0`];
}

/** Drives the line idle and lets it go. */
export function idleArguments(version: ToolVersion, where: PulseLine): string[] {
  const value = `${where.line}=0`;
  return version === 2
    ? ['-c', where.chip, '-C', 'gopay-pos', ...activeLow(where), '-t', '0', value]
    : ['-m', 'exit', ...activeLow(where), where.chip, value];
}

function activeLow(where: PulseLine): string[] {
  return where.activeLow ? ['-l'] : [];
}
