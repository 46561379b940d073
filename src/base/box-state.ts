/** Times are ISO 8601 in UTC, by the box's own clock. */
type Time = string;

/** How many, and rupiah of all together. */
interface CountedMoney {
  readonly count: number;
  readonly sum: number;
}

/** What the machine tells of itself; each absent where it has no such thing. */
export interface HostFacts {
  /** Of the processor, in degrees Celsius. */
  readonly temperatureC?: number;
  /** A Pi's supply is too low now. */
  readonly underVoltage?: boolean;
  /** It has been too low since the machine was switched on. */
  readonly underVoltageSeen?: boolean;
  /** A Pi works slower than it could: it is too hot, or its supply too low. */
  readonly throttled?: boolean;
}

/**
 * What a terminal says of itself on its state topic: at each change that somebody would act upon, and every `heartbeatS`.
 * Nothing of it is about customers. Its JSON Schema: `systemd/monitoring/state.schema.json`.
 */
export interface BoxState {
  readonly schema: 1;
  readonly terminal: string;
  readonly version: string;
  /** The word by which it is listed and commanded together with others. */
  readonly group?: string;
  /** What operators have set from afar; absent where they have set nothing. */
  readonly config?: {
    readonly name?: string;
    readonly serial?: number;
    /** The first twelve hex digits of the SHA-256 of its text. */
    readonly digest?: string;
    /** `waiting` for the next start, which waits until nobody chooses or pays; `on_trial` until the terminal is ready with it. */
    readonly state?: 'waiting' | 'on_trial' | 'in_use';
    /** The newest that was not taken, and why. */
    readonly refused?: { readonly name: string; readonly serial: number; readonly why: string };
    /** The newest that was taken back, and why. */
    readonly reverted?: { readonly name: string; readonly serial: number; readonly why: string };
  };
  readonly at: Time;
  readonly heartbeatS: number;
  readonly startedAt: Time;
  readonly state: 'ready' | 'busy' | 'not_ready';
  /** Whether it would sell to the next customer; with one before it as well. */
  readonly ready: boolean;
  /** Since when `ready` is as it is, or `fault` is that number. */
  readonly since: Time;
  /** Why it does not sell. */
  readonly fault?: {
    readonly code: number;
    readonly id: string;
    readonly en: string;
    readonly detail: string;
  };
  readonly owed: CountedMoney & {
    /** When the oldest of these sales was opened. */
    readonly since?: Time;
    /** So many of them could not be given back through the gateway. */
    readonly refundsFailed: number;
  };
  /** When the newest sale was opened that was paid. */
  readonly lastSaleAt?: Time;
  /** Sales that were opened on this day, by the clocks of the slips' zone, as they stand now. */
  readonly today: {
    readonly day: string;
    readonly paid: CountedMoney;
    readonly unpaid: CountedMoney;
  };
  /** Of an enrolled box: when its token ends. It renews that in the last third. */
  readonly tokenEndsAt?: Time;
  /** What a sale needs, and what is beside it (`speaker`, `link`), by name; 0 where it is good. */
  readonly legs: Readonly<Record<string, { readonly code: number; readonly detail: string }>>;
  /** Where there is a printer. */
  readonly paper?: {
    readonly state: 'good' | 'near_end' | 'fault';
    readonly code: number;
    readonly slipsWaiting: number;
  };
  /** Keypads and buttons by name: whether they are plugged in. */
  readonly pads: Readonly<Record<string, boolean>>;
  /** Slots of a vending machine that failed, and how many of them sell nothing more. */
  readonly slots?: { readonly failed: number; readonly outOfService: number };
  readonly disk?: { readonly freeBytes: number; readonly wantedBytes: number };
  readonly machine?: HostFacts;
  readonly clock: { readonly trusted: boolean; readonly detail: string };
}
