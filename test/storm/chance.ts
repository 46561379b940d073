import type { Random } from '../../src/port/clock.js';

/**
 * Everything that can go wrong, with the highest rate that a seed may draw for it: a chance at each occasion, or for
 * the kinds marked `hourly` so many an hour of virtual time.
 */
export const FAULTS = {
  // Terminal to relay, and relay to Midtrans: each message of each hop.
  unreachable: { most: 0.15, what: 'no connection could be made' },
  requestLost: { most: 0.12, what: 'a request was lost on the way' },
  answerLost: { most: 0.12, what: 'an answer was lost on the way' },
  answerTorn: { most: 0.06, what: 'an answer was cut in the middle' },
  answerCrossed: { most: 0.03, what: 'the answer to another request came instead' },
  slowWire: { most: 0.3, what: 'a message took seconds' },
  doubled: { most: 0.1, what: 'a request arrived twice' },
  // Midtrans itself.
  serverError: { most: 0.1, what: 'Midtrans answered 5xx' },
  errorAfterCommit: { most: 0.1, what: 'Midtrans did it and answered 5xx or HTML' },
  htmlError: { most: 0.06, what: 'a proxy answered HTML' },
  rateLimited: { most: 0.08, what: 'Midtrans answered 429' },
  slowGateway: { most: 0.1, what: 'Midtrans took its time' },
  refusedKey: { most: 0.01, what: 'Midtrans answered 401' },
  denied: { most: 0.15, what: 'GoPay denied the charge (900)' },
  wrongQr: { most: 0.06, what: 'the QR named another amount' },
  pictureGone: { most: 0.3, what: 'the picture could not be had' },
  pictureOfAnother: { most: 0.2, what: 'the picture was that of another sale' },
  paysDuringClose: { most: 0.3, what: 'the payment came just before the cancel or expire' },
  settlesAfterClose: { most: 0.4, what: 'a closed charge settled after all' },
  statusLags: { most: 0.4, what: 'the status lagged behind the settlement' },
  midtransExpires: { most: 0.08, what: 'Midtrans expired the charge before we did' },
  gatewayOutage: { most: 6, hourly: true, what: 'the gateway was away for minutes' },
  relayRestarts: { most: 10, hourly: true, what: 'the relay restarted' },
  refundDenied: { most: 0.3, what: 'the bank denied a refund' },
  // Notifications, up to the relay.
  notificationNever: { most: 0.3, what: 'a notification was never sent' },
  notificationLate: { most: 0.25, what: 'a notification came minutes or hours late' },
  notificationDoubled: { most: 0.25, what: 'a notification came again' },
  notificationForged: { most: 0.1, what: 'a forged notification' },
  notificationReplayed: { most: 0.15, what: 'a genuine signature around another status' },
  // MQTT: the connections of terminal and relay, and the broker between them.
  brokerAway: { most: 0.3, what: 'nobody took the connection at the broker' },
  connackLost: { most: 0.1, what: 'the broker took the connection and said nothing' },
  connackRefuses: { most: 0.1, what: 'the broker refused the session' },
  subackLost: { most: 0.1, what: 'a SUBACK was lost' },
  subscribeRefused: { most: 0.05, what: 'the broker refused the subscription' },
  packetSlow: { most: 0.15, what: 'a packet took seconds, and all behind it' },
  brokerRestarts: { most: 8, hourly: true, what: 'the broker restarted' },
  publishLost: { most: 0.15, what: 'the broker dropped a publish and said nothing' },
  pubackLost: { most: 0.15, what: 'the broker took it, its PUBACK was lost' },
  publishRefused: { most: 0.08, what: 'the broker refused a publish' },
  noticeLate: { most: 0.3, what: 'a notice was late, by seconds or hours' },
  noticeDoubled: { most: 0.2, what: 'a notice came again, within seconds or hours' },
  noticeTorn: { most: 0.1, what: 'a notice was unreadable' },
  noticeForged: { most: 20, hourly: true, what: 'a forged notice' },
  linkDrops: { most: 20, hourly: true, what: 'a connection to the broker was reset' },
  linkHalfOpen: { most: 8, hourly: true, what: 'a connection to the broker was half open' },
  sessionLost: { most: 0.3, what: 'the broker forgot the session' },
  // The register and its line.
  bytesLost: { most: 0.12, what: 'bytes were lost on the line' },
  bytesNoise: { most: 0.05, what: 'noise on the line' },
  bytesSplit: { most: 0.1, what: 'a frame came in two pieces' },
  lineDrops: { most: 15, hourly: true, what: 'the line went away' },
  neverAcks: { most: 0.15, what: 'the register did not acknowledge' },
  registerRepeats: { most: 0.3, what: 'the register asked again before its time' },
  registerGivesUp: { most: 0.12, what: 'the register gave its bill up' },
  // People.
  walksAway: { most: 0.3, what: 'the customer left' },
  paysLate: { most: 0.2, what: 'the customer paid late' },
  paysTwice: { most: 0.2, what: 'the customer paid twice' },
  wrongPin: { most: 0.2, what: 'a wrong PIN' },
  cancels: { most: 0.25, what: 'cancel was pressed' },
  padGone: { most: 0.08, what: 'the pad went away in mid-entry' },
  shiftCloses: { most: 40, hourly: true, what: 'the shift was closed' },
  owedResolved: { most: 20, hourly: true, what: 'an owed sale was resolved by hand' },
  // The box.
  screenSilent: { most: 0.1, what: 'no screen confirmed' },
  screenGone: { most: 8, hourly: true, what: 'the screen went away' },
  paperOut: { most: 6, hourly: true, what: 'the printer had no paper' },
  printFails: { most: 0.2, what: 'a slip failed' },
  powerCut: { most: 15, hourly: true, what: 'the power was cut' },
  cutBeforeCommit: { most: 0.004, what: 'killed before a commit' },
  cutAfterCommit: { most: 0.008, what: 'killed after a commit' },
  cutAtAct: { most: 0.008, what: 'killed in the middle of an act' },
  cutAfterAct: { most: 0.03, what: 'killed right after an act' },
  longOutage: { most: 0.2, what: 'a power cut lasted long' },
  commitFails: { most: 0.006, what: 'a commit failed, nothing was written' },
  commitFailsLate: { most: 0.006, what: 'a commit failed, and the row is there' },
  diskFull: { most: 4, hourly: true, what: 'the disk was full' },
  wallJumps: { most: 4, hourly: true, what: 'the wall clock jumped' },
  // Registers that name their sales. New kinds stand at the end: a fault's place decides its chances in a seed.
  registerConflict: { most: 0.2, what: 'the register used a reference for another amount' },
  registerRefunds: { most: 0.3, what: 'the register wanted a sale returned' },
  registerClosesShift: { most: 0.2, what: 'the register closed the shift' },
  // The vending machine.
  machineFailsToVend: { most: 0.25, what: 'paid, and nothing fell' },
  machineLosesPower: { most: 0.15, what: 'the machine lost its power right before or after the goods fell' },
  machineGivesUp: { most: 0.2, what: 'the machine gave its request up' },
  machineResets: { most: 20, hourly: true, what: 'the machine was reset' },
  machineRepeats: { most: 0.3, what: 'the machine asked again before its time' },
  refundedElsewhere: { most: 30, hourly: true, what: 'an owed sale was refunded in the dashboard' },
  // Registers that reply to each message.
  repliesLate: { most: 0.3, what: 'a reply of the register came seconds late' },
  registerRefuses: { most: 0.1, what: 'the register refused a payment' },
  controllerDeaf: { most: 0.5, what: 'the controller missed an acknowledgement' },
  typesTooMuch: { most: 0.2, what: 'the cashier typed more digits than there is room for' },
  // The gateway's QR lies, or somebody between does.
  qrWithFee: { most: 0.06, what: 'the QR asked for a tip or a fee on top' },
  qrOfAnother: { most: 0.06, what: 'the QR was for somebody else, or for two' },
  statusOfAnother: { most: 0.02, what: 'an answer named another merchant' },
  pictureOfTwo: { most: 0.1, what: 'there were two codes in the picture' },
  notificationFlood: { most: 0.03, what: 'a genuine notification came thirty times at once' },
  // The dashboard of Midtrans.
  refundedInSteps: { most: 40, hourly: true, what: 'a sale, or a part of it, was refunded in the dashboard' },
  machineTakesBack: {
    most: 0.15,
    what: 'paid, and the machine took its request back; goods came or did not',
  },
  // The world at its edges: verdicts, absences, stops, another configuration, another year, a person at the socket.
  fraudChecked: { most: 0.15, what: 'the fraud check held a settlement for a while' },
  existingAbsent: { most: 0.1, what: 'Midtrans knew no such transaction, of one that it has' },
  orderlyStop: { most: 15, hourly: true, what: 'the program was stopped in order' },
  configChanged: { most: 0.3, what: 'the configuration was another one at the next start' },
  clockWrongAtBoot: { most: 0.2, what: 'the clock was years wrong at a start, until it was set' },
  technicianReprints: { most: 30, hourly: true, what: 'a technician printed a slip again' },
  technicianReconciles: { most: 10, hourly: true, what: 'a technician compared with the gateway' },
  // Other amounts, and money that comes when nobody waits for it any more.
  customerFee: { most: 0.15, what: 'a fee was put on the customer' },
  paysOther: { most: 0.05, what: 'another amount was paid than the charge was of' },
  amountsOtherwise: { most: 0.2, what: 'an amount came as a number, or without its decimals' },
  settlesDaysLate: { most: 0.04, what: 'a closed charge settled hours or a day later, and nobody was told' },
  statusLagsLong: { most: 0.05, what: 'the status lagged behind the settlement by minutes' },
  otherDoor: { most: 0.3, what: 'a till asked by its other door' },
  // The archive.
  archiveAway: { most: 0.3, what: 'the medium of the archive was away' },
  cutInArchive: { most: 0.2, what: 'the power was cut while a piece of the archive was written' },
  // Products.
  catalogueChanges: { most: 400, hourly: true, what: 'prices were changed, and the catalogue read again' },
  // Webhooks.
  webhookAway: { most: 0.3, what: 'the receiver of a webhook was away, or answered 500' },
  webhookAnswerLost: { most: 0.3, what: 'the answer to a webhook was lost' },
  webhookSlow: { most: 0.3, what: 'the receiver of a webhook took its time' },
  // Programs by HTTP.
  httpRequestLost: { most: 0.2, what: 'a request of a program was lost' },
  httpAnswerLost: { most: 0.2, what: 'the answer to a program was lost' },
  httpDoubled: { most: 0.2, what: 'a request of a program came twice' },
  programRestarts: { most: 20, hourly: true, what: 'a program was restarted' },
  eventsDrop: { most: 20, hourly: true, what: "a program's stream of events broke off" },
  // Two at one cart.
  staleFace: { most: 0.4, what: 'somebody at another screen changed the cart between a look and a touch' },
  // Order of the house.
  closedByHand: { most: 20, hourly: true, what: 'a person closed the terminal by hand, and opened it again' },
  soldOut: { most: 60, hourly: true, what: 'a product or a slot was sold out for a while' },
  // Reports of closed shifts.
  folderAway: { most: 0.4, what: 'the folder for reports was away' },
  mailerFails: { most: 0.4, what: 'the mailer did not take a report' },
  reportUnheard: { most: 0.3, what: 'a report went out, and it was said that it did not' },
  reportSlow: { most: 0.3, what: 'a report took up to a minute' },
  // Two relays behind a balancer.
  otherRelay: { most: 0.5, what: 'a request, or a notification, came to the other relay' },
  relayDies: { most: 10, hourly: true, what: 'one of two relays died, and was away for a while' },
  registerCrosses: { most: 0.2, what: 'the register asked again while its answer was on the line' },
  // Events to the broker.
  eventLost: { most: 0.3, what: 'the broker dropped an event and said nothing' },
  eventRefused: { most: 0.2, what: 'the broker refused an event' },
  eventUnheard: { most: 0.3, what: 'the broker took an event, its PUBACK was lost' },
} as const satisfies Record<string, { most: number; hourly?: boolean; what: string }>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
const INDEX = Object.fromEntries(FAULT_NAMES.map((name, at) => [name, at + 1])) as Record<FaultName, number>;

export type Rates = Readonly<Record<FaultName, number>>;

/** A fault that fired: its name and the how manieth occasion of that name it was. */
export type Firing = `${FaultName}#${number}`;

/** What a shrinker takes away. */
export interface Mercy {
  /** Faults that do not happen at all. */
  readonly without?: ReadonlySet<FaultName>;
  /** Only these happen; all when absent. */
  readonly only?: ReadonlySet<Firing>;
}

/** 32 bits from up to four numbers (murmur3's finaliser). Stateless, so that one answer does not depend on another. */
function mix(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 13)) + b, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 16)) + c, 0x27d4eb2f);
  h = Math.imul((h ^ (h >>> 15)) + d, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A stream of its own for each user, so that one more draw here changes nothing there. */
export class Stream implements Random {
  readonly #seed: number;
  readonly #name: number;
  #count = 0;

  constructor(seed: number, name: number) {
    this.#seed = seed;
    this.#name = name;
  }

  fraction(): number {
    this.#count += 1;
    return mix(this.#seed, this.#name, this.#count, 77) / 4_294_967_296;
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i += 1) bytes[i] = this.fraction() * 256;
    return bytes;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.between(0, from.length - 1)] ?? from[0];
  }
}

/** Decides each fault of a run, from the seed, its name and the how manieth occasion it is. */
export class Chance {
  readonly fired: Firing[] = [];
  readonly counts = new Map<FaultName, number>();
  readonly rates: Rates;
  /** Faults off: the end of a run. */
  off = false;
  /** Told of each fault that happens, for the story. */
  told: (name: FaultName) => void = () => undefined;
  readonly #seed: number;
  readonly #mercy: Mercy;
  readonly #occasions = new Uint32Array(FAULT_NAMES.length + 1);
  /** By the same places. */
  readonly #rates = new Float64Array(FAULT_NAMES.length + 1);

  constructor(seed: number, rates: Rates, mercy: Mercy = {}) {
    this.#seed = seed;
    this.rates = rates;
    for (const name of FAULT_NAMES) this.#rates[INDEX[name]] = rates[name];
    this.#mercy = mercy;
  }

  /** Whether `name` happens at this occasion. */
  now(name: FaultName): boolean {
    const index = INDEX[name];
    const rate = this.#rates[index] ?? 0;
    if (rate === 0 || this.off) return false;
    const occasion = (this.#occasions[index] ?? 0) + 1;
    this.#occasions[index] = occasion;
    if (mix(this.#seed, index, occasion, 0) / 4_294_967_296 >= rate) return false;
    return this.#fire(name, occasion);
  }

  /** Milliseconds to the next of an `hourly` kind; undefined when there is none. It fires by {@link due}. */
  waitMs(name: FaultName): number | undefined {
    const rate = this.rates[name];
    if (rate === 0) return undefined;
    const occasion = this.#next(name);
    const u = mix(this.#seed, INDEX[name], occasion, 1) / 4_294_967_296;
    return Math.ceil((-Math.log(1 - u) * 3_600_000) / rate);
  }

  due(name: FaultName): boolean {
    return !this.off && this.#fire(name, this.#occasions[INDEX[name]] ?? 0);
  }

  /** A number that belongs to the newest occasion of `name`: how long, how much. */
  detail(name: FaultName, from: number, to: number, which = 2): number {
    const u = mix(this.#seed, INDEX[name], this.#occasions[INDEX[name]] ?? 0, which) / 4_294_967_296;
    return from + Math.floor(u * (to - from + 1));
  }

  #next(name: FaultName): number {
    const occasion = (this.#occasions[INDEX[name]] ?? 0) + 1;
    this.#occasions[INDEX[name]] = occasion;
    return occasion;
  }

  #fire(name: FaultName, occasion: number): boolean {
    const { without, only } = this.#mercy;
    const firing: Firing = `${name}#${occasion}`;
    if (without?.has(name) === true || only?.has(firing) === false) return false;
    this.fired.push(firing);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.told(name);
    return true;
  }
}
