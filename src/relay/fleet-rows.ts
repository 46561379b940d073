import { asObject } from '../base/json.js';
import { formatRupiah, isRupiah } from '../base/rupiah.js';
import type { Words } from '../base/screen.js';
import { timeIn } from '../base/time.js';
import type { FleetBox } from '../mqtt/fleet.js';
import { TOKEN_DAYS } from './fleet-alerts.js';
import { type Standing, standingOf } from './fleet-question.js';
import { FLEET_SAID, PAPER_WORDS, SPANS, STANDING_WORDS } from './fleet-words.js';
import { escaped, type PageLanguage } from './html.js';

/** Words of this page in its language, and a value for the place that they leave: both as HTML. */
export type Say = (words: Words, value?: string) => string;

export const TONES: Readonly<Record<Standing, string>> = {
  ready: 'good',
  busy: 'calm',
  not_ready: 'bad',
  away: 'bad',
  unknown: 'warn',
};

/** Devices of one box that are named. */
const DEVICES_MOST = 8;

interface View {
  readonly language: PageLanguage;
  readonly nowMs: number;
  readonly severalMerchants: boolean;
}

type Cell = readonly [words: Words, css: string, html: string];

/** One row each. What boxes say of themselves comes from whoever may write their topic: all of it is escaped here. */
export function boxTable(boxes: readonly FleetBox[], view: View): string {
  const rows = boxes.map((box) => cellsOf(box, view));
  const { language } = view;
  const head = rows[0]?.map(
    ([words]) => `<th scope="col" role="columnheader">${escaped(words[language])}</th>`,
  );
  const lines = rows.map(
    (cells) =>
      `<tr role="row">${cells.map(([words, css, html]) => `<td role="cell" class="${html === '' ? `${css} quiet` : css}" data-label="${escaped(words[language])}">${html === '' ? '<span class="none">-</span>' : html}</td>`).join('')}</tr>`,
  );
  return `<table role="table"><thead role="rowgroup"><tr role="row">${head?.join('')}</tr></thead><tbody role="rowgroup">${lines.join('')}</tbody></table>`;
}

function cellsOf(box: FleetBox, view: View): Cell[] {
  const { terminal, merchant, state, away, ageMs } = box;
  const { language, nowMs, severalMerchants } = view;
  const say: Say = (words, value = '') => escaped(words[language]).replace('%', () => escaped(value));
  const standing = standingOf(box);
  const { fault, owed } = state ?? {};
  const badge = `<span class="tag ${TONES[standing]}">${say(STANDING_WORDS[standing])}</span>`;
  const words = language === 'id' ? fault?.id : fault?.en;
  const why =
    fault === undefined
      ? ''
      : `<span class="why">E${escaped(String(fault.code))} ${escaped(words ?? '')}</span>`;
  const since = state === undefined ? undefined : away ? nowMs - ageMs : Date.parse(state.since);
  const refunds = owed?.refundsFailed ?? 0;
  const owes =
    owed === undefined || owed.count <= 0
      ? ''
      : `<span><b>${escaped(String(owed.count))} &times;</b> ${money(owed.sum)}${owed.since === undefined ? '' : `<small>${time(Date.parse(owed.since), view)}</small>`}${refunds > 0 ? `<small class="bad"><span class="tag bad">${say(FLEET_SAID.refundFailed, String(refunds))}</span></small>` : ''}</span>`;
  return [
    [FLEET_SAID.terminal, 'name', `<b>${escaped(terminal)}</b>`],
    ...(severalMerchants ? [[FLEET_SAID.merchant, 'shop', escaped(merchant)] as const] : []),
    [FLEET_SAID.shop, 'shop', escaped(state?.group ?? '')],
    [FLEET_SAID.state, 'state', `<span>${badge}${why}</span>`],
    [FLEET_SAID.since, 'when', since === undefined ? '' : time(since, view)],
    [FLEET_SAID.owed, 'sum owed', owes],
    [
      FLEET_SAID.lastSale,
      'when',
      state?.lastSaleAt === undefined ? '' : time(Date.parse(state.lastSaleAt), view),
    ],
    [FLEET_SAID.today, 'sum', state === undefined ? '' : today(state.today)],
    [FLEET_SAID.devices, '', state === undefined ? '' : `<span>${devices(box, say)}</span>`],
    [FLEET_SAID.version, '', escaped(state?.version ?? '')],
    [FLEET_SAID.token, 'when', tokenEnd(state?.tokenEndsAt, view)],
  ];
}

function today({ paid }: { readonly paid: { readonly count: number; readonly sum: number } }): string {
  return paid.count === 0
    ? ''
    : `<span>${escaped(String(paid.count))} &times;<small>${money(paid.sum)}</small></span>`;
}

/** What is the matter with its devices and its machine, or that they are good. */
function devices({ state }: FleetBox, say: Say): string {
  const tags: string[] = [];
  const tag = (tone: string, html: string): void => {
    if (tags.length < DEVICES_MOST) tags.push(`<span class="tag ${tone}">${html}</span>`);
  };
  const paper = PAPER_WORDS.get(state?.paper?.state ?? '');
  if (paper !== undefined) tag(state?.paper?.state === 'fault' ? 'bad' : 'warn', say(paper));
  for (const [name, leg] of Object.entries(asObject(state?.legs) ?? {})) {
    const code = asObject(leg)?.['code'];
    // The printer is named by its paper.
    if (typeof code === 'number' && code !== 0 && !(name === 'printer' && paper !== undefined))
      tag('bad', `${escaped(name.slice(0, 30))} E${escaped(String(code))}`);
  }
  for (const [name, isThere] of Object.entries(asObject(state?.pads) ?? {}))
    if (isThere === false) tag('warn', say(FLEET_SAID.unplugged, name.slice(0, 30)));
  const { slots, machine, clock } = state ?? {};
  if ((slots?.failed ?? 0) > 0) tag('bad', say(FLEET_SAID.slots, String(slots?.failed)));
  if (machine?.underVoltage === true) tag('warn', say(FLEET_SAID.weak));
  if (clock?.trusted === false) tag('warn', say(FLEET_SAID.clock));
  return tags.length === 0 ? `<span class="tag good">${say(FLEET_SAID.good)}</span>` : tags.join('');
}

function tokenEnd(text: string | undefined, view: View): string {
  const endsMs = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(endsMs)) return '';
  const day = `<time datetime="${isoOf(endsMs)}">${timeIn('WIB', endsMs).slice(0, 10)}</time>`;
  return endsMs - view.nowMs < TOKEN_DAYS * 86_400_000 ? `<span class="tag bad">${day}</span>` : day;
}

/** How long ago, and when: by the clocks of Midtrans. */
function time(wallMs: number, { language, nowMs }: View): string {
  const s = Math.max(0, Math.round((nowMs - wallMs) / 1000));
  const [size = 0, words] = SPANS.find(([least]) => s >= least) ?? [];
  const ago = words?.[language].replace('%', String(Math.floor(s / Math.max(1, size)))) ?? '';
  return `<time datetime="${isoOf(wallMs)}">${ago}<small>${timeIn('WIB', wallMs).slice(5, 16)}</small></time>`;
}

function isoOf(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

/** What a hostile box says is no amount is none. */
export function money(amount: number): string {
  return isRupiah(amount) ? formatRupiah(amount) : '?';
}
