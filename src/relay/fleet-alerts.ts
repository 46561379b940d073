import type { Words } from '../base/screen.js';
import type { FleetBox } from '../mqtt/fleet.js';

/** From a time on, or from one that the state does not tell; undefined where it is not so. */
type Since = number | 'untold' | undefined;

export interface FleetAlert {
  readonly name: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** So long it has to be so, where the state tells since when it is. */
  readonly forS: number;
  readonly words: Words;
  readonly since: (box: FleetBox, nowMs: number) => Since;
}

const OWED_S = 900;
const HOT_C = 80;
/** Its end, from so many days before. */
export const TOKEN_DAYS = 5;
/** Times what is wanted. */
const DISK_TIMES = 2;

const timeOf = (time: string | undefined): Since => (time === undefined ? 'untold' : Date.parse(time));
const ifSo = (isSo: boolean | undefined): Since => (isSo === true ? 'untold' : undefined);

/**
 * What systemd/monitoring/rules.yml says of terminals, as far as it can be told from what they say now: the same names, the same
 * bounds (test/gateway/fleet-alerts.test.ts reads them there).
 */
export const FLEET_ALERTS = [
  {
    ...{ name: 'TerminalAway', severity: 'critical', forS: 180 },
    words: { id: 'tidak terhubung', en: 'away' },
    since: ({ away, state, ageMs }, nowMs) =>
      away ? (state === undefined ? 'untold' : nowMs - ageMs) : undefined,
  },
  {
    ...{ name: 'TerminalNotSelling', severity: 'critical', forS: 300 },
    words: { id: 'tidak berjualan', en: 'not selling' },
    since: ({ away, state }) => (state?.ready === false && !away ? timeOf(state.since) : undefined),
  },
  {
    ...{ name: 'SaleOwed', severity: 'critical', forS: 60 },
    words: { id: 'berutang kepada pelanggan', en: 'owes a customer' },
    since: ({ state }) =>
      (state?.owed.count ?? 0) > 0 && state?.owed.since !== undefined
        ? Date.parse(state.owed.since) + OWED_S * 1000
        : undefined,
  },
  {
    ...{ name: 'RefundFailed', severity: 'critical', forS: 0 },
    words: { id: 'pengembalian uang gagal', en: 'a refund did not go through' },
    since: ({ state }) => ifSo((state?.owed.refundsFailed ?? 0) > 0),
  },
  {
    ...{ name: 'TokenEnds', severity: 'critical', forS: 600 },
    words: { id: 'token hampir habis', en: 'its token ends' },
    since: ({ state }, nowMs) => {
      if (state?.tokenEndsAt === undefined) return undefined;
      const soonMs = Date.parse(state.tokenEndsAt) - TOKEN_DAYS * 86_400_000;
      return nowMs > soonMs ? soonMs : undefined;
    },
  },
  {
    ...{ name: 'PaperOut', severity: 'warning', forS: 120 },
    words: { id: 'printer tidak mencetak', en: 'nothing comes out of the printer' },
    since: ({ state }) => ifSo(state?.paper?.state === 'fault'),
  },
  {
    ...{ name: 'SlotFailed', severity: 'warning', forS: 60 },
    words: { id: 'slot gagal', en: 'a slot failed' },
    since: ({ state }) => ifSo((state?.slots?.failed ?? 0) > 0),
  },
  {
    ...{ name: 'ClockWrong', severity: 'warning', forS: 600 },
    words: { id: 'jam tidak cocok', en: 'its clock is wrong' },
    since: ({ away, state }) => ifSo(state?.clock.trusted === false && !away),
  },
  {
    ...{ name: 'DiskLow', severity: 'warning', forS: 600 },
    words: { id: 'ruang disk hampir habis', en: 'little room on its disk' },
    since: ({ state }) =>
      ifSo(state?.disk !== undefined && state.disk.freeBytes < DISK_TIMES * state.disk.wantedBytes),
  },
  {
    ...{ name: 'UnderVoltage', severity: 'warning', forS: 120 },
    words: { id: 'catu daya lemah', en: 'its supply is too weak' },
    since: ({ state }) => ifSo(state?.machine?.underVoltage),
  },
  {
    ...{ name: 'TooHot', severity: 'warning', forS: 600 },
    words: { id: 'terlalu panas', en: 'too hot' },
    since: ({ state }) => ifSo((state?.machine?.temperatureC ?? 0) > HOT_C),
  },
  {
    ...{ name: 'PaperNearEnd', severity: 'info', forS: 600 },
    words: { id: 'kertas hampir habis', en: 'the roll is near its end' },
    since: ({ state }) => ifSo(state?.paper?.state === 'near_end'),
  },
] as const satisfies readonly FleetAlert[];

export type AlertName = (typeof FLEET_ALERTS)[number]['name'];

/** What has been so for long enough, or for nobody knows how long. */
export function firesAt({ since, forS }: FleetAlert, box: FleetBox, nowMs: number): boolean {
  const from = since(box, nowMs);
  if (from === undefined) return false;
  return from === 'untold' || nowMs - from > forS * 1000;
}
