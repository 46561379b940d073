import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { RateWindow } from '../bounds/rate-window.js';
import type { FleetBox } from '../mqtt/fleet.js';
import type { Clock } from '../port/clock.js';
import { type RelayAnswer, toAnybody } from './answer.js';
import { FLEET_HEADERS, fleetPage, loginPage, refusedPage } from './fleet-page.js';
import { questionOf } from './fleet-question.js';
import type { HttpVisit } from './http-visit.js';
import { networkOf } from './receipts.js';
import { isTokenOf } from './terminals.js';

/** From one address, or one network of IPv6: tokens that are tried within a minute. */
const TRIES_A_MINUTE = 10;
/** After that the token has to be typed again. */
const SESSION_S = 12 * 3600;
const COOKIE = 'gopay_pos_fleet';

export interface FleetDoorOptions {
  readonly boxes: () => readonly FleetBox[];
  /** Who has it is let in; or whom a proxy names in `header`. */
  readonly tokenSha256?: string;
  readonly header?: string;
  /** Sessions are sealed with a key made of it, so that those of one relay hold at the next. */
  readonly serverKey: string;
  readonly clock: Pick<Clock, 'monoMs' | 'wallMs'>;
}

/** Where a visit comes from, and under which address the page lies for whoever reads it. */
export interface FleetCaller {
  readonly caller: string;
  /** The connection itself comes from a proxy that is named in relay.toml. */
  readonly isProxy: boolean;
  /** Of the public address: `` or `/below`. */
  readonly basePath: string;
  readonly isHttps: boolean;
}

/** The page of all terminals, and who may see it. It shows; there is nothing here that changes a terminal. */
export class FleetDoor {
  readonly #options: FleetDoorOptions;
  readonly #tries: RateWindow;
  readonly #sessionKey: Buffer;

  constructor(options: FleetDoorOptions) {
    const { serverKey, tokenSha256 = '', clock } = options;
    this.#options = options;
    this.#tries = new RateWindow(TRIES_A_MINUTE, clock as Clock);
    // Another token ends every session of the one before.
    this.#sessionKey = Buffer.from(hkdfSync('sha256', serverKey, tokenSha256, 'sessions of /fleet', 32));
  }

  answer(visit: HttpVisit, from: FleetCaller): RelayAnswer {
    const { method, path, query, headers } = visit;
    const { tokenSha256, boxes, clock } = this.#options;
    const question = questionOf(query, headers['accept-language']);
    const place = { language: question.language, home: `${from.basePath}/fleet` };
    const isForm = tokenSha256 !== undefined && (path === '/fleet/login' || path === '/fleet/logout');
    if (isForm && method === 'POST') {
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin')
        return page(403, refusedPage(place), 'a form of another site');
      return path === '/fleet/login' ? this.#login(visit, from, place) : leave(from, place);
    }
    if (path !== '/fleet' && !isForm) return page(404, refusedPage(place), 'no such path');
    if (method !== 'GET')
      return page(405, refusedPage(place), 'only to be read', { Allow: isForm ? 'POST' : 'GET, HEAD' });
    if (isForm) return goTo(place, {}, 'back to the page');
    const refusal = this.#refusal(visit, from, place);
    if (refusal !== undefined) return refusal;
    const now = clock.wallMs();
    const body = fleetPage(boxes(), question, { ...place, nowMs: now, canLeave: tokenSha256 !== undefined });
    return page(200, body, 'ok');
  }

  /** @returns nothing for who may see the page */
  #refusal({ headers }: HttpVisit, from: FleetCaller, place: Place): RelayAnswer | undefined {
    const { tokenSha256, header } = this.#options;
    if (tokenSha256 === undefined) {
      const user = headers[header?.toLowerCase() ?? ''];
      // Node joins two of one name by a comma: then the proxy has left what the caller wrote. Caddy 2.6 writes a placeholder
      // for which it has no value as it stands, in its braces, where nobody has logged in.
      if (from.isProxy && typeof user === 'string' && /^[\w.@+\\-]{1,128}$/.test(user)) return undefined;
      return page(403, refusedPage(place), 'without the login of the proxy');
    }
    const bearer = /^Bearer (\S{1,200})$/.exec(headers.authorization ?? '')?.[1];
    if (bearer === undefined)
      return this.#isSession(headers.cookie) ? undefined : asked(loginPage(place, 'asked'), 'no token');
    const tried = this.#try(bearer, from.caller);
    return tried === 'right' ? undefined : this.#unheard(tried, place);
  }

  #login({ body }: HttpVisit, from: FleetCaller, place: Place): RelayAnswer {
    const typed = new URLSearchParams(new TextDecoder().decode(body)).get('token')?.trim() ?? '';
    const tried = this.#try(typed, from.caller);
    if (tried !== 'right') return this.#unheard(tried, place);
    const endsS = Math.floor(this.#options.clock.wallMs() / 1000) + SESSION_S;
    const session = `${endsS}.${this.#seal(endsS).toString('base64url')}`;
    return goTo(place, cookie(session, SESSION_S, from), 'let in');
  }

  /** Right ones count too: who may go on trying until one is right has all the tries in the world. */
  #try(token: string, caller: string): 'right' | 'wrong' | 'too_many' {
    const isRight = token.length <= 200 && isTokenOf(token, this.#options.tokenSha256 ?? '');
    if (!this.#tries.admit(networkOf(caller), isRight ? 'right' : undefined)) return 'too_many';
    return isRight ? 'right' : 'wrong';
  }

  #unheard(tried: 'wrong' | 'too_many', place: Place): RelayAnswer {
    if (tried === 'wrong') return asked(loginPage(place, 'wrong'), 'a wrong token');
    return page(429, loginPage(place, 'too_many'), 'too many tokens in a minute');
  }

  #isSession(cookies = ''): boolean {
    const [, endsText = '', seal = ''] =
      new RegExp(`(?:^|; )${COOKIE}=(\\d{1,12})\\.([A-Za-z0-9_-]{43})(?:;|$)`).exec(cookies) ?? [];
    const found = Buffer.from(seal, 'base64url');
    const wanted = this.#seal(Number(endsText));
    if (found.length !== wanted.length || !timingSafeEqual(found, wanted)) return false;
    return this.#options.clock.wallMs() < Number(endsText) * 1000;
  }

  #seal(endsS: number): Buffer {
    return createHmac('sha256', this.#sessionKey).update(String(endsS)).digest();
  }
}

type Place = Parameters<typeof loginPage>[0];

function leave(from: FleetCaller, place: Place): RelayAnswer {
  return goTo(place, cookie('', 0, from), 'left');
}

function goTo(place: Place, headers: Readonly<Record<string, string>>, note: string): RelayAnswer {
  const to = { ...headers, Location: `${place.home}?lang=${place.language}` };
  return page(303, refusedPage(place), note, to);
}

/** For this page alone, and for no script. */
function cookie(value: string, lifeS: number, { basePath, isHttps }: FleetCaller): Record<string, string> {
  const said = `${COOKIE}=${value}; Path=${basePath}/fleet; Max-Age=${lifeS}; HttpOnly; SameSite=Strict`;
  return { 'Set-Cookie': isHttps ? `${said}; Secure` : said };
}

function asked(body: string, note: string): RelayAnswer {
  return page(401, body, note, { 'WWW-Authenticate': 'Bearer realm="gopay-pos fleet"' });
}

function page(
  status: number,
  body: string,
  note: string,
  more: Readonly<Record<string, string>> = {},
): RelayAnswer {
  const headers = { ...FLEET_HEADERS, Vary: 'Accept-Language, Cookie', ...more };
  return toAnybody({ status, contentType: 'text/html; charset=utf-8', body, headers, note });
}
