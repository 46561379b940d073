import type { BoxState } from '../base/box-state.js';
import type { TerminalId } from '../base/ids.js';
import { NOTE_LIMIT, noteLine } from '../base/note-line.js';
import type { OperatorRight } from '../base/operator-right.js';
import { timeIn } from '../base/time.js';
import type { Sale } from '../core/sale/sale.js';
import type { SoldTerms } from '../core/shift/sold-line.js';
import type { SlipHead } from '../core/text/slip-style.js';
import type { RecentLines } from '../host/recent-lines.js';
import type { Journal } from '../journal/journal.js';
import type { Clock } from '../port/clock.js';
import type { Display } from '../port/display.js';
import type { Printer } from '../port/printer.js';
import type { Speaker } from '../port/speaker.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Reconciler } from './reconciler.js';

/** What a technician is told. Each answer is text for a person and data for a script. */
export interface ControlAnswer {
  readonly text: string;
  readonly data: unknown;
  /** False where the command ran and the answer is no. */
  readonly good: boolean;
}

/** What the command line passes through the door, and who stands there. */
export interface ControlRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
  /** Text of a file that the caller may read and the service may not. */
  readonly input?: string;
  /** As the kernel says it: `uid 1000 (pi)`. */
  readonly user: string;
}

export interface Subject {
  readonly terminal: Pick<
    Terminal,
    | 'state'
    | 'run'
    | 'closeShift'
    | 'cancelOpen'
    | 'tell'
    | 'slips'
    | 'announcer'
    | 'catalogue'
    | 'opening'
    | 'restarts'
  >;
  readonly journal: Journal;
  readonly version: string;
  readonly clock: Clock;
  /** How the shop's slips begin and end. */
  readonly head: SlipHead;
  readonly terminalId: TerminalId;
  readonly soldTerms: SoldTerms;
  readonly reconciler: Reconciler;
  /** What a phone opens for the receipt of a sale; undefined where there is none. */
  readonly receiptOf: (sale: Sale) => string | undefined;
  readonly displays: readonly Display[];
  readonly printer: Printer | undefined;
  readonly speaker: Speaker | undefined;
  /** Of an enrolled box: when its token ends. */
  readonly token?: { readonly endsAtMs: number; readonly trouble: string } | undefined;
  /** `doctor` of this terminal, by a process of its own; absent where there is none. */
  readonly examine?: ((language: string | undefined) => Promise<ControlAnswer>) | undefined;
  /** `bundle` of this terminal, in the same way, into a file of the box's own. */
  readonly pack?: ((language: string | undefined) => Promise<ControlAnswer>) | undefined;
  /** Ends the process, so that it is started again; undefined where nobody would. */
  readonly again: (() => void) | undefined;
  /** What operators have set from afar: which, by whom, and its text. */
  readonly fromAfar: () =>
    | { readonly told: BoxState['config']; readonly toml: string; readonly by: string }
    | undefined;
  /** The newest lines of the log. */
  readonly recent?: RecentLines | undefined;
  /** What is wrong with the configuration file as it is now, a line each. */
  readonly configTroubles: () => readonly string[];
}

/** In the shop's zone, as on its slips and screens. */
export function timeInShop({ head: { zone = 'WIB' } }: Pick<Subject, 'head'>, wallMs: number): string {
  return timeIn(zone, wallMs);
}

/** Says a line while the caller waits. */
export type SayProgress = (line: string) => void;
/** Hands the caller a part of what it asked for; it has room for the next one then. False: nobody is there any more. */
export type SendPart = (part: unknown) => Promise<boolean>;
export type Answering = ControlAnswer | Promise<ControlAnswer>;

/**
 * Begins between two events of the terminal, so that it sees and changes a whole state; what follows an `await` does not.
 */
export type ControlCommand = (
  subject: Subject,
  request: ControlRequest,
  progress: SayProgress,
  send: SendPart,
) => Answering;

/** A command as it is typed, without `gopay-pos`: words first, then what it takes. */
export interface CommandHelp {
  readonly usage: string;
  readonly about: string;
}

/** What no operator may do from afar, whatever his rights: it moves money or a sale, or is for who stands at the terminal. */
export const NEVER = 'never';

/** A command of a running terminal, and the right that an operator needs for it from afar. */
export interface AskedHelp extends CommandHelp {
  readonly afar: OperatorRight | typeof NEVER;
}

/** Commands that share a first word. */
export interface Family {
  readonly help: readonly AskedHelp[];
  readonly run: ControlCommand;
}

export function refusal(text: string): ControlAnswer {
  return { text, data: null, good: false };
}

/** For a call that is none of what the help shows. */
export function misused({ help }: Family): ControlAnswer {
  return refusal(help.map(({ usage }) => usage).join(', or: '));
}

/**
 * A sale by what a person may have in hand, each of which stands on a slip, a screen or in an answer: the order id, the
 * short number (No.), the RRN, Midtrans' transaction id, the wallet's reference, the approval code of an answer, or the
 * register's own. Six digits are the short number first.
 */
export function findSale(subject: Pick<Subject, 'journal'>, name: string): Sale | undefined {
  return salesNamed(subject, name)[0];
}

/** Every sale that {@link findSale} could mean, the one that it means first; of those with the same No. only the newest. */
export function salesNamed({ journal }: Pick<Subject, 'journal'>, name: string): Sale[] {
  const bare = name.trim();
  const short = /^\d{1,6}$/.test(bare) ? journal.saleByInvoice(Number(bare)) : undefined;
  const all = [
    short,
    journal.sale(bare.toUpperCase()),
    journal.saleByRrn(bare),
    ...journal.salesByNumber(bare),
  ];
  const known = new Map(all.flatMap((sale) => (sale === undefined ? [] : [[sale.orderId, sale]])));
  return [...known.values()];
}

/** A machine that is called by its kind is named once. */
export function sourceWords({ kind, name }: Sale['source']): string {
  return kind === name ? kind : `${kind} ${name}`;
}

/** Gives the sales of before their numbers were kept theirs, some at a time, with other events between. */
export async function readNumbers({
  journal,
  terminal,
}: Pick<Subject, 'journal' | 'terminal'>): Promise<void> {
  while (journal.hasUnreadNumbers) await terminal.run(() => journal.readNumbers());
}

/** Who says that he did it; undefined for what is no name. */
export function byOf({ flags }: ControlRequest): string | undefined {
  return noteLine(flags['by'] ?? 'technician');
}

export const NO_NAME = `--by: a name of 1 to ${NOTE_LIMIT} characters. Nothing was changed.`;
