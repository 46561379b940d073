import { readFileSync, statfsSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import type { BenchResult, Comparison, Goal } from './bench.js';
import { ratios, type Spread, spread } from './stats.js';

export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly node: string;
  readonly kernel: string;
  readonly arch: string;
  /** Of the folder in which journals are written. */
  readonly fileSystem: string;
  readonly loadAverage: readonly number[];
}

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs (syncs cost nothing here)',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  2035054128: 'overlayfs',
  4076150800: 'f2fs',
};

export function describeMachine(directory: string): Machine {
  const [first] = cpus();
  const type = statfsSync(directory).type;
  return {
    date: new Date().toISOString(),
    cpu: first?.model.trim() || boardName(),
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 1024 / 1024),
    node: process.version,
    kernel: release(),
    arch: arch(),
    fileSystem: FILE_SYSTEMS[type] ?? `type ${type.toString(16)}`,
    loadAverage: loadavg().map((value) => Math.round(value * 100) / 100),
  };
}

/** ARM kernels name no processor model; boards say who they are. */
function boardName(): string {
  try {
    return readFileSync('/proc/device-tree/model', 'utf8').replace(/\0/g, '').trim();
  } catch {
    // Not a board with a device tree: the name stays unknown, and only the name.
    return 'unknown processor';
  }
}

export function machineLine(machine: Machine): string {
  const { cpu, cores, memoryMiB, node, kernel, fileSystem, loadAverage } = machine;
  return `${machine.date}  ${cpu} x${cores}, ${memoryMiB} MiB, Linux ${kernel}, Node ${node}, ${fileSystem}, load ${loadAverage.join(' ')}`;
}

export interface Measured {
  readonly what: string;
  readonly against: string;
  readonly unit: Comparison['unit'];
  readonly ratio: Spread;
  readonly ours: Spread;
  readonly theirs: Spread;
  readonly goal?: Goal;
  /** Absent without a goal. */
  readonly reached?: boolean;
}

export function measure(comparison: Comparison): Measured {
  const { what, against, unit, ours, theirs, goal } = comparison;
  const measured = { what, against, unit, ours: spread(ours), theirs: spread(theirs) };
  const ratio = spread(ratios(ours, theirs));
  if (goal === undefined) return { ...measured, ratio };
  const { median } = goal.of === 'ours' ? measured.ours : ratio;
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = goal;
  return { ...measured, ratio, goal, reached: median <= atMost && median >= atLeast };
}

/** One line for each goal that was not reached. */
export function shortfalls(name: string, result: BenchResult): string[] {
  return result.comparisons.map(measure).flatMap((measured) => {
    if (measured.reached !== false) return [];
    const { what, unit, goal } = measured;
    const was =
      goal?.of === 'ours' ? `${figure(measured.ours.median)} ${unit}` : figure(measured.ratio.median);
    return [`${name}: ${what}: ${was}, the goal is ${goalWords(measured)}`];
  });
}

function goalWords({ goal, unit, reached }: Measured): string {
  if (goal === undefined) return '';
  const bounds = [
    goal.atMost === undefined ? [] : [`<= ${goal.atMost}`],
    goal.atLeast === undefined ? [] : [`>= ${goal.atLeast}`],
  ].flat();
  return `${bounds.join(', ')} ${goal.of === 'ours' ? unit : 'x'}${reached ? '' : ' (not reached)'}`;
}

/** One table: the ratio first, then the raw figures that it came from. */
export function table(name: string, result: BenchResult): string {
  const rows = result.comparisons.map((comparison) => {
    const measured = measure(comparison);
    const { what, against, unit, ratio, ours, theirs } = measured;
    const figures = [`${range(ratio)} x`, `${range(ours)} ${unit}`, `${range(theirs)} ${unit}`];
    return [what, against, ...figures, goalWords(measured)];
  });
  const head = ['what', 'against', 'ratio: median (min..max)', 'ours', 'theirs', 'goal'];
  const rounds = Math.max(...result.comparisons.map(({ ours }) => ours.length));
  const notes = result.notes.map((note) => `  - ${note}`);
  const title = `${name}: ${result.title} (up to ${rounds} rounds)`;
  return [title, columns(head, rows), ...notes, ...(result.pages ?? [])].join('\n');
}

/** Cells below each other. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

function range({ median, min, max }: Spread): string {
  return min === max ? figure(median) : `${figure(median)} (${figure(min)}..${figure(max)})`;
}

function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
