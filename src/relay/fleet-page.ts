import { hash } from 'node:crypto';
import type { Words } from '../base/screen.js';
import { timeIn } from '../base/time.js';
import type { FleetBox } from '../mqtt/fleet.js';
import { FLEET_ALERTS, type FleetAlert, firesAt } from './fleet-alerts.js';
import {
  answers,
  type FleetQuestion,
  queryOf,
  STANDINGS,
  type Standing,
  standingOf,
} from './fleet-question.js';
import { boxTable, money, type Say, TONES } from './fleet-rows.js';
import { FLEET_SCRIPT, FLEET_STYLE } from './fleet-style.js';
import { FLEET_SAID, STANDING_WORDS } from './fleet-words.js';
import { escaped, type PageLanguage } from './html.js';

const sourceOf = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;

/** The page is its own text, this style and this script, which asks for nothing but the page. */
export const FLEET_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `default-src 'none'; style-src ${sourceOf(FLEET_STYLE)}; script-src ${sourceOf(FLEET_SCRIPT)}; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow, noarchive',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** However many there are, so many are in one page. */
const BOXES_A_PAGE = 50;
/** Named in one line of what needs attention. */
const NAMES_MOST = 8;
/** In the list from which one is chosen. */
const GROUPS_MOST = 200;

export interface PagePlace {
  readonly language: PageLanguage;
  /** Path of the page, as whoever reads it sees it. */
  readonly home: string;
}

interface Visit extends PagePlace {
  readonly nowMs: number;
  /** He came in with a token. */
  readonly canLeave: boolean;
}

export function fleetPage(boxes: readonly FleetBox[], question: FleetQuestion, visit: Visit): string {
  const { nowMs, language } = visit;
  const say = sayer(language);
  const found = boxes.filter((box) => answers(box, question, nowMs));
  const pages = Math.max(1, Math.ceil(found.length / BOXES_A_PAGE));
  const page = Math.min(question.page, pages);
  const shown = found.slice((page - 1) * BOXES_A_PAGE, page * BOXES_A_PAGE);
  const severalMerchants = boxes.some(({ merchant }) => merchant !== boxes[0]?.merchant);
  const list =
    shown.length === 0
      ? `<p class="empty">${say(FLEET_SAID.none)}</p>`
      : boxTable(shown, { language, nowMs, severalMerchants });
  const body = `<header class="bar"><div><h1>${say(FLEET_SAID.title)}</h1><span class="asof" id="asof">${say(FLEET_SAID.asOf)} ${timeIn('WIB', nowMs).slice(11)}</span>
<div class="side"><label hidden><input type="checkbox" id="live" checked>${say(FLEET_SAID.live)}</label>
${otherLanguage(question, language, say)}${visit.canLeave ? `<form method="post" action="${escaped(visit.home)}/logout?lang=${language}"><button>${say(FLEET_SAID.leave)}</button></form>` : ''}</div></div></header>
<p class="stale" id="stale" role="status" hidden>${say(FLEET_SAID.stale)}</p>
<main><div id="shown">${tiles(boxes, question, say)}${alertList(boxes, question, nowMs, say)}
<section aria-labelledby="list"><h2 id="list">${say(FLEET_SAID.boxes)} <span class="none">${found.length}${found.length === boxes.length ? '' : ` / ${boxes.length}`}</span></h2>
${filters(boxes, question, say)}${list}${pager(question, page, pages, say)}</section></div></main>
<script>${FLEET_SCRIPT}</script>`;
  return document(say(FLEET_SAID.title), language, body);
}

function sayer(language: PageLanguage): Say {
  return (words, value = '') => escaped(words[language]).replace('%', () => escaped(value));
}

function otherLanguage(question: FleetQuestion, language: PageLanguage, say: Say): string {
  const other = language === 'id' ? 'en' : 'id';
  const query = escaped(queryOf(question, { language: other, page: question.page }));
  return `<a href="${query}" lang="${other}" hreflang="${other}">${say(FLEET_SAID.other)}</a>`;
}

/** How many there are of each kind; each leads to these. */
function tiles(boxes: readonly FleetBox[], question: FleetQuestion, say: Say): string {
  const counts = new Map<Standing, number>(STANDINGS.map((standing) => [standing, 0]));
  let owing = 0;
  let owed = 0;
  let paid = 0;
  for (const box of boxes) {
    const standing = standingOf(box);
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
    const { count = 0, sum = 0 } = box.state?.owed ?? {};
    if (count > 0) owing += 1;
    owed += Math.max(0, sum);
    paid += Math.max(0, box.state?.today.paid.sum ?? 0);
  }
  const none: Partial<FleetQuestion> = {
    ...({ standing: undefined, owing: undefined, alert: undefined } as object),
  };
  const tile = (
    tone: string,
    words: Words,
    count: number,
    to: Partial<FleetQuestion>,
    isNow: boolean,
    more = '',
  ) =>
    `<li class="${tone}"><a href="${escaped(queryOf(question, { ...none, ...to }))}"${isNow ? ' aria-current="true"' : ''}>${say(words)}<b>${count}</b>${more === '' ? '' : `<small>${more}</small>`}</a></li>`;
  const { standing, alert } = question;
  const isAll = standing === undefined && alert === undefined && question.owing === undefined;
  const ofStandings = STANDINGS.filter((each) => each !== 'unknown' || (counts.get(each) ?? 0) > 0).map(
    (each) => {
      const count = counts.get(each) ?? 0;
      const tone = count === 0 ? '' : TONES[each];
      return tile(tone, STANDING_WORDS[each], count, { standing: each }, standing === each);
    },
  );
  return `<ul class="tiles">${tile('', FLEET_SAID.all, boxes.length, {}, isAll, `${say(FLEET_SAID.today)} ${money(paid)}`)}${tile(owing > 0 ? 'bad' : '', FLEET_SAID.owing, owing, { owing: true }, question.owing === true, owing > 0 ? money(owed) : '')}${ofStandings.join('')}</ul>`;
}

function alertList(boxes: readonly FleetBox[], question: FleetQuestion, nowMs: number, say: Say): string {
  const lines = FLEET_ALERTS.flatMap((alert) => {
    const found = boxes.filter((box) => firesAt(alert, box, nowMs));
    return found.length === 0 ? [] : [alertLine(alert, found, question, say)];
  });
  const list =
    lines.length === 0
      ? `<p class="calmly">${say(FLEET_SAID.noAlerts)}</p>`
      : `<ul class="alerts">${lines.join('')}</ul>`;
  return `<section aria-labelledby="alerts"><h2 id="alerts">${say(FLEET_SAID.alerts)}</h2>${list}</section>`;
}

function alertLine(
  { name, severity, words }: FleetAlert,
  found: readonly FleetBox[],
  { language }: FleetQuestion,
  say: Say,
): string {
  const links = found
    .slice(0, NAMES_MOST)
    .map(({ terminal }) => {
      const to = queryOf({ language, page: 1 }, { text: terminal });
      return `<a href="${escaped(to)}">${escaped(terminal)}</a>`;
    })
    .join(' ');
  const rest = found.length - NAMES_MOST;
  const to = `?${new URLSearchParams({ lang: language, alert: name })}`;
  const more = rest > 0 ? ` <a href="${escaped(to)}">${say(FLEET_SAID.more, String(rest))}</a>` : '';
  return `<li class="${severity}"><div><strong>${found.length} &times; ${say(words)}</strong><code>${name}</code></div><div class="names">${links}${more}</div></li>`;
}

function filters(boxes: readonly FleetBox[], question: FleetQuestion, say: Say): string {
  const groups = new Set<string>();
  for (const { state } of boxes)
    if (state?.group !== undefined && groups.size < GROUPS_MOST) groups.add(state.group);
  const option = (value: string, words: string, isNow: boolean): string =>
    `<option value="${escaped(value)}"${isNow ? ' selected' : ''}>${words}</option>`;
  const states = STANDINGS.map((each) => option(each, say(STANDING_WORDS[each]), question.standing === each));
  const shops = [...groups].sort().map((each) => option(each, escaped(each), question.group === each));
  const { language, alert, owing, standing, group, text } = question;
  const hidden = (name: string, value: string | undefined): string =>
    value === undefined ? '' : `<input type="hidden" name="${name}" value="${value}">`;
  const isNarrow = [standing, group, text, alert, owing].some((each) => each !== undefined);
  return `<form class="find" role="search">${hidden('lang', language)}${hidden('alert', alert)}${hidden('owed', owing && 'yes')}
<label>${say(FLEET_SAID.search)}<input type="search" name="q" maxlength="60" value="${escaped(text ?? '')}"></label>
<label>${say(FLEET_SAID.state)}<select name="state">${option('', say(FLEET_SAID.any), standing === undefined)}${states.join('')}</select></label>
${shops.length === 0 ? '' : `<label>${say(FLEET_SAID.shop)}<select name="group">${option('', say(FLEET_SAID.anyShop), group === undefined)}${shops.join('')}</select></label>`}
<button class="button">${say(FLEET_SAID.show)}</button>${isNarrow ? `<a href="?lang=${language}">${say(FLEET_SAID.clear)}</a>` : ''}</form>`;
}

function pager(question: FleetQuestion, page: number, pages: number, say: Say): string {
  if (pages === 1) return '';
  const link = (to: number, words: Words): string =>
    to < 1 || to > pages ? '' : `<a href="${escaped(queryOf(question, { page: to }))}">${say(words)}</a>`;
  return `<nav class="pages" aria-label="${say(FLEET_SAID.pages)}">${link(page - 1, FLEET_SAID.before)}<span>${page} / ${pages}</span>${link(page + 1, FLEET_SAID.after)}</nav>`;
}

/** Where the token is typed. */
export function loginPage({ language, home }: PagePlace, why: 'asked' | 'wrong' | 'too_many'): string {
  const say = sayer(language);
  const other = language === 'id' ? 'en' : 'id';
  const wrong =
    why === 'asked'
      ? ''
      : `<p class="wrong" role="alert">${say(why === 'wrong' ? FLEET_SAID.wrong : FLEET_SAID.tooMany)}</p>`;
  const body = `<main><form class="door" method="post" action="${escaped(home)}/login?lang=${language}"><h1>${say(FLEET_SAID.title)}</h1>${wrong}
<input type="text" name="username" value="${say(FLEET_SAID.title)}" autocomplete="username" hidden>
<label>${say(FLEET_SAID.typeToken)}<input type="password" name="token" required maxlength="200" autocomplete="current-password" autofocus></label>
<button class="button">${say(FLEET_SAID.login)}</button><p><a href="${escaped(home)}?lang=${other}" lang="${other}" hreflang="${other}">${say(FLEET_SAID.other)}</a></p></form></main>`;
  return document(say(FLEET_SAID.title), language, body);
}

export function refusedPage({ language }: PagePlace): string {
  const say = sayer(language);
  const body = `<main><div class="door"><h1>${say(FLEET_SAID.refused)}</h1><p>${say(FLEET_SAID.refusedWords)}</p></div></main>`;
  return document(say(FLEET_SAID.title), language, body);
}

function document(title: string, language: PageLanguage, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${title} · gopay-pos</title><style>${FLEET_STYLE}</style></head>
<body>${body}</body></html>
`;
}
