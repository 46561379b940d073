import { assert } from '../../src/base/assert.js';
import { parseTerminalId } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import { minuteOfDay } from '../../src/base/time.js';
import { openingHours, parseOpeningEntry } from '../../src/core/opening/hours.js';
import type { TerminalSettings } from '../../src/terminal/context.js';
import { Stream } from './chance.js';
import { TERMINAL } from './cloud.js';
import { OURS } from './qr-texts.js';
import { START_WALL_MS } from './time.js';

/** Short, so that a seed has many sales in little time; nothing else follows from it. */
export const QR_LIFE_MS = 120_000;
/** Draws of later configurations of the same box. */
const CHANGED = 60_000;

/** Of shops with opening hours, in minutes: closed and opened often, as a seed has less than an hour. */
export const OPENING = { every: 10, closesAfter: 6 } as const;

export function isWithHours(seed: number): boolean {
  return new Stream(seed, 6_004).fraction() < 0.15;
}

function hoursOf(seed: number): Pick<TerminalSettings, 'hours'> {
  if (!isWithHours(seed)) return {};
  const time = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const spans = Array.from({ length: 1_440 / OPENING.every }, (_, at) => {
    const from = at * OPENING.every;
    return `${time(from)}-${time(from + OPENING.closesAfter)}`;
  });
  const entry = parseOpeningEntry(`Mo-Su ${spans.join()}`);
  assert(entry !== undefined, 'opening hours');
  // A register as well: what the terminal says of itself is what is true of all.
  return { hours: { open: openingHours([entry], 'WIB'), binds: 'all' } };
}

/** What stands in the shop of a seed, and how it is set up. */
export interface Outfit {
  readonly screen: boolean;
  readonly paper: boolean;
  readonly settings: TerminalSettings;
  /** `gopay` has pictures only, `qris` names the payload in the charge's answer. */
  readonly paymentType: 'gopay' | 'qris';
}

/** @param change how manieth configuration it is; 0 is the one that the box begins with */
export function outfitOf(seed: number, change = 0): Outfit {
  const draw = new Stream(seed, change === 0 ? 6_002 : CHANGED + change);
  const screen = draw.fraction() < 0.8;
  const paper = !screen || draw.fraction() < 0.6;
  const refunds = draw.fraction() < 0.5;
  const unknownDelivery = draw.fraction() < 0.4;
  const printEarly = draw.fraction() < 0.7;
  const paymentType = draw.fraction() < 0.2 ? 'gopay' : 'qris';
  const named = draw.fraction() < 0.5;
  const times = new Stream(seed, change === 0 ? 6_003 : 2 * CHANGED + change);
  const qrLifeMs = times.pick([QR_LIFE_MS, QR_LIFE_MS, QR_LIFE_MS / 2]);
  const claimMs = times.pick([120_000, 120_000, 30_000]);
  const denyAttempts = times.pick([3, 3, 1]);
  const closesItself = times.fraction() < 0.35;
  const closeShiftAfterMs = times.pick([600_000, 1_200_000, 3_600_000]);
  const slips = new Stream(seed, change === 0 ? 6_004 : 3 * CHANGED + change);
  const printUnpaid = slips.pick([undefined, 'unknown', 'all'] as const);
  // Of shops that close by themselves alone, so that the stories of the others stay as they are.
  const daily = new Stream(seed, change === 0 ? 6_005 : 4 * CHANGED + change);
  const closesDaily = closesItself && daily.fraction() < 0.6;
  const minute = (minuteOfDay(START_WALL_MS, 'WIB') + daily.pick([5, 20, 60, 180])) % 1_440;
  const terminalId = parseTerminalId(TERMINAL);
  assert(terminalId !== undefined, 'a terminal id');
  const shop = 'Warung Badai';
  const settings: TerminalSettings = {
    terminalId,
    shop,
    version: 'storm',
    rules: {
      qrLifeMs,
      unknownAfterMs: 60_000,
      ...(named ? { merchantId: OURS } : {}),
      claimMs,
      denyAttempts,
      ...(refunds ? { refund: { reason: 'maaf', unknownDelivery } } : {}),
    },
    limits: { min: rupiah(100), max: rupiah(10_000_000) },
    head: { shop, terminal: TERMINAL, header: [], footer: [] },
    printQr: paper,
    printEarly,
    printReceipt: paper,
    ...(paper && printUnpaid !== undefined ? { printUnpaid } : {}),
    slips: { most: 50, maxAgeMs: 86_400_000 },
    paidMs: 3_000,
    // It stays no longer for it: the stories are those of before there were receipts for phones.
    receipt: { days: 30, when: 'always', stayMs: 3_000 },
    minFreeBytes: 1_000_000,
    ...(closesItself ? { closeShiftAfterMs } : {}),
    ...(closesDaily ? { closeShiftAt: { minute, zone: 'WIB' } as const } : {}),
    // Two shops in three keep no story for longer than minutes.
    ...(seed % 3 === 0 ? {} : { archiveAfterMs: (seed % 3) * 60_000 }),
    ...hoursOf(seed),
    tickMs: 15_000,
    heartbeatMs: 600_000,
  };
  return { screen, paper, settings, paymentType };
}
