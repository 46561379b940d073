import type { BoxState, HostFacts } from '../base/box-state.js';
import type { TerminalId } from '../base/ids.js';
import type { Key } from '../base/key.js';
import type { Notice } from '../base/notice.js';
import type { Rupiah } from '../base/rupiah.js';
import type { VendOutcome } from '../base/vending-messages.js';
import type { Wish } from '../base/wish.js';
import type { Bound } from '../core/opening/closed.js';
import type { OpeningHours } from '../core/opening/hours.js';
import type { Fact, Reading } from '../core/readiness.js';
import type { Rules, SaleEvent } from '../core/sale/event.js';
import type { SlipBounds } from '../core/sale/slip-job.js';
import type { ClosingTime } from '../core/shift/closing-time.js';
import type { ShiftReport } from '../core/shift/shift.js';
import type { Rights } from '../core/source/rights.js';
import type { SlipHead } from '../core/text/slip-style.js';
import type { Commit } from '../journal/commit.js';
import type { Journal } from '../journal/journal.js';
import type { Random } from '../port/clock.js';
import type { Display } from '../port/display.js';
import type { Gateway } from '../port/gateway.js';
import type { Keypad } from '../port/keypad.js';
import type { Link, LinkState } from '../port/link.js';
import type { Pictures } from '../port/pictures.js';
import type { Printer } from '../port/printer.js';
import type { QrReader } from '../port/qr.js';
import type { ReceiptLinks } from '../port/receipt.js';
import type { Register, RegisterEvent, SendOutcome } from '../port/register.js';
import type { ReportWay } from '../port/report.js';
import type { Runtime } from '../port/runtime.js';
import type { Speaker } from '../port/speaker.js';
import type { VendingEvent, VendingMachine } from '../port/vending.js';
import type { WebhookReceiver } from '../port/webhook.js';
import type { CatalogueSource } from './catalogue-source.js';
import type { StatusCalls } from './status-calls.js';

/** Everything that the terminal asks of the world, by port. */
export interface Adapters extends Runtime {
  readonly journal: Journal;
  readonly gateway: Gateway;
  readonly qrReader: QrReader;
  readonly displays: readonly Display[];
  readonly keypads: readonly Keypad[];
  readonly printer?: Printer;
  readonly registers: readonly RegisterPlace[];
  readonly vending?: VendingPlace;
  readonly speaker?: Speaker;
  /** Where customers choose what they pay for. */
  readonly catalogue?: CatalogueSource;
  readonly pictures?: Pictures;
  /** The idle screen's own. */
  readonly idle?: IdlePictures;
  readonly link?: Link;
  /** What the code of a receipt opens; none is shown without. */
  readonly receipts?: ReceiptLinks;
  readonly webhooks?: readonly WebhookReceiver[];
  readonly reports?: readonly ReportPlace[];
  readonly random: Random;
  /** Bytes that the journal may still write. */
  readonly freeBytes?: () => Promise<number>;
  readonly hostFacts?: () => HostFacts;
  /** When the credential of an enrolled box ends, by the relay's clock. */
  readonly tokenEndsMs?: () => number;
}

/** Where pictures of the idle screen come from. */
export interface IdlePictures {
  /** Their paths, in the order in which they are shown; `trouble` in words. Never throws. */
  readonly list: () => Promise<{ readonly paths: readonly string[]; readonly trouble?: string }>;
  readonly pictures: Pictures;
}

export interface RegisterPlace {
  readonly register: Register;
  readonly kind: 'register' | 'api';
  /** Whether one that never acknowledges is believed to have had its answer. */
  readonly acknowledge: 'required' | 'assumed';
}

export interface VendingPlace {
  readonly machine: VendingMachine;
  /** How long the machine waits for the payment, where it does not say so itself. */
  readonly patienceMs: number;
  /** Failures in a row that take a slot out of service. */
  readonly slotFailures: number;
}

/** A way by which the reports of closed shifts go out. */
export interface ReportPlace {
  readonly way: ReportWay;
  readonly text: (report: ShiftReport) => string;
  /** Number of the fault that it did not take one. */
  readonly fault: number;
}

export interface TerminalSettings {
  readonly terminalId: TerminalId;
  /** What operators have set from afar. */
  readonly fromAfar?: () => BoxState['config'];
  /** Of which terminals it is one, for operators. */
  readonly group?: string;
  readonly shop: string;
  readonly version: string;
  readonly rules: Rules;
  readonly limits: { readonly min: Rupiah; readonly max: Rupiah };
  readonly head: SlipHead;
  /** Midtrans itself answers, and no relay that asks it once for all. */
  readonly direct?: boolean;
  /** The QR of a sale comes as a picture: by gopay. */
  readonly pictures?: boolean;
  readonly printQr: boolean;
  /** Whether the top of a QR slip is printed while the charge is under way. */
  readonly printEarly: boolean;
  readonly printReceipt: boolean;
  /** Which ends without payment get a slip; none when absent. */
  readonly printUnpaid?: 'unknown' | 'all';
  /** How many slips may wait for the printer, and how long. */
  readonly slips: SlipBounds;
  /** Of the programs that tokens name. */
  readonly rights?: Rights;
  /** How long "LUNAS" stays, and other endings twice as long. */
  readonly paidMs: number;
  /** Receipts for phones, where {@link Adapters.receipts} makes them. */
  readonly receipt?: ReceiptSettings;
  readonly minFreeBytes: number;
  /** How long a picture of the idle screen stands, and how long nobody must have touched anything before. */
  readonly idle?: { readonly everyMs: number; readonly afterMs: number };
  /** When it sells; always when absent. */
  readonly hours?: { readonly open: OpeningHours; readonly binds: Bound };
  /** After which a shift is closed by itself; never when absent. */
  readonly closeShiftAfterMs?: number;
  /** When a shift is closed by itself each day; not for its day when absent. */
  readonly closeShiftAt?: ClosingTime;
  /** How long after its close the stories of a shift go to the archive; never when absent. */
  readonly archiveAfterMs?: number;
  /** Between two states that say nothing new; default 60 s. */
  readonly heartbeatMs?: number;
  /** Between two proofs that the loop is alive; default 2 s. Longer in a simulation, where no watchdog waits for them. */
  readonly tickMs?: number;
}

export interface ReceiptSettings {
  /** How long a link opens. */
  readonly days: number;
  readonly when: 'paperless' | 'always';
  /** How long "LUNAS" stays at least with a code to scan. */
  readonly stayMs: number;
}

/** Whatever reaches the terminal, from wherever. One at a time goes through the inbox. */
export type TerminalEvent =
  | { readonly on: 'sale'; readonly orderId: string; readonly event: SaleEvent }
  | { readonly on: 'key'; readonly pad: string; readonly key: Key }
  | { readonly on: 'wish'; readonly pad: string; readonly wish: Wish }
  | { readonly on: 'pad'; readonly pad: string; readonly present: boolean; readonly why?: string }
  | { readonly on: 'register'; readonly place: RegisterPlace; readonly event: RegisterEvent }
  | { readonly on: 'vending'; readonly event: VendingEvent }
  | { readonly on: 'goods'; readonly orderId: string; readonly outcome: VendOutcome }
  | {
      readonly on: 'sent';
      readonly register: string;
      readonly frame: string;
      /** The answer, in hex: another one to the same frame may be under way. */
      readonly bytes: string;
      readonly orderId?: string;
      readonly approved: boolean;
      /** The register has repeated its question as one does that hears nothing. */
      readonly deaf: boolean;
      readonly outcome: SendOutcome;
    }
  | { readonly on: 'notice'; readonly notice: Notice }
  | { readonly on: 'link'; readonly state: LinkState }
  | { readonly on: 'reading'; readonly fact: Fact; readonly reading: Reading }
  | { readonly on: 'rest' }
  | { readonly on: 'tick' }
  | { readonly on: 'command'; readonly run: () => void };

export interface ShiftClosing {
  readonly by: string;
  /** The day that is over, where it is closed for that. */
  readonly day?: string | undefined;
  readonly after: (report: ShiftReport) => Pick<Commit, 'events' | 'answers'>;
}

/** How the parts of the terminal reach the inbox and the outermost frame. */
export interface TerminalContext {
  readonly adapters: Adapters;
  readonly settings: TerminalSettings;
  readonly statusCalls: StatusCalls;
  post(event: TerminalEvent): void;
  /**
   * Closes the open shift, with its reports and webhooks and what `after` makes of it, in one commit.
   * @throws Failure FAULT.diskFull, FAULT.journalWrite: the outcome is unknown, the caller ends the process
   */
  closeShift(closing: ShiftClosing): ShiftReport;
  /** For promises that only a bug of ours can reject: ends the process. */
  endOnRejection(work: Promise<unknown>): void;
}
