import { type Fault, refused, temporary, unanswered } from '../base/fault.js';
import type { PictureOutcome } from '../base/gateway-answer.js';
import { err, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { Clock } from '../port/clock.js';
import type { Bounds, HttpAnswer, HttpTransport } from './exchange.js';
import { boundedLine } from './faults.js';
import { parseAnswer } from './wire.js';

/** A QR of 500 by 500 pixels is some 10 kB; nothing sensible comes near 2 MiB. */
const LIMIT_BYTES = 2 * 1024 * 1024;
const REDIRECTS = 3;

export interface PublicBounds extends Pick<Bounds, 'timeoutMs'> {
  readonly exchange: HttpTransport;
  readonly clock: Clock;
  /** Plain http is for a gateway that is itself plain http (demo, one box): a swapped picture is a swapped payee. */
  readonly allowPlain: boolean;
  /** For the first address only, never for where it redirects to. */
  readonly authorization?: string;
}

/**
 * GET without any credential but the caller's for the first address, following at most three redirections within one time bound.
 * @returns the final answer, whatever its status; FAULT.gatewayUnreachable to FAULT.answerUnreadable as {@link
 *   exchange}; FAULT.pictureMissing for a bad address.
 */
export async function getPublic(url: string, bounds: PublicBounds): Promise<Result<HttpAnswer, Fault>> {
  const deadline = bounds.clock.monoMs() + bounds.timeoutMs;
  let next = url;
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    const target = parsePublicUrl(next, bounds.allowPlain);
    if (!target)
      return err(refused(FAULT.pictureMissing, `not an address to fetch from: ${boundedLine(next)}`));
    const timeoutMs = Math.max(1, deadline - bounds.clock.monoMs());
    const { authorization } = bounds;
    const headers = {
      Accept: 'image/png, image/*;q=0.9, application/json;q=0.5',
      ...(hop === 0 && authorization !== undefined ? { Authorization: authorization } : {}),
    };
    const request = { method: 'GET', url: target.href, headers } as const;
    const answer = await bounds.exchange(request, { timeoutMs, limitBytes: LIMIT_BYTES });
    if (!answer.ok) return answer;
    const { status, location } = answer.value;
    if (status < 300 || status > 399 || location === undefined) return answer;
    next = URL.canParse(location, target.href) ? new URL(location, target.href).href : location;
  }
  return err(temporary(FAULT.pictureMissing, `more than ${REDIRECTS} redirections from ${boundedLine(url)}`));
}

/** Downloads the picture of a QR. */
export async function downloadPicture(url: string, bounds: PublicBounds): Promise<PictureOutcome> {
  const answer = await getPublic(url, bounds);
  if (!answer.ok) return { kind: 'none', fault: answer.error };
  const { status, bytes } = answer.value;
  const contentType = sniff(bytes) ?? answer.value.contentType;
  if (status === 200 && contentType.startsWith('image/') && bytes.length > 0)
    return { kind: 'picture', bytes, contentType };
  return { kind: 'none', fault: instead(answer.value) };
}

/** What came in place of a picture: Midtrans answers with a JSON error. */
function instead(answer: HttpAnswer): Fault {
  const json = parseAnswer(answer.status, new TextDecoder().decode(answer.bytes.subarray(0, 4096)));
  const detail = json.ok
    ? `HTTP ${answer.status}, ${json.value.code} ${json.value.message}`.trimEnd()
    : `HTTP ${answer.status} with ${boundedLine(answer.contentType) || 'no content type'}, ${answer.bytes.length} bytes`;
  if (answer.status === 200 && !json.ok) return unanswered(FAULT.pictureUnusable, detail);
  const code = json.ok ? json.value.code : String(answer.status);
  return /^4(?!29)/.test(code)
    ? refused(FAULT.pictureMissing, detail)
    : temporary(FAULT.pictureMissing, detail);
}

/** Pictures by their first bytes, whatever they are called: storage hosts like to call everything an octet stream. */
const FIRST_BYTES: readonly (readonly [start: string, at: number, contentType: string])[] = [
  ['\x89PNG\r\n\x1a\n', 0, 'image/png'],
  ['\xff\xd8\xff', 0, 'image/jpeg'],
  ['GIF8', 0, 'image/gif'],
  ['WEBP', 8, 'image/webp'],
  ['II*\0', 0, 'image/tiff'],
  ['MM\0*', 0, 'image/tiff'],
  ['\0\0\0\0', 6, 'image/bmp'],
];

function sniff(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  const known = FIRST_BYTES.find(([start, at]) => head.startsWith(start, at))?.[2];
  return known === 'image/bmp' && !head.startsWith('BM') ? undefined : known;
}

function parsePublicUrl(text: string, allowPlain: boolean): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isAllowed = url.protocol === 'https:' || (allowPlain && url.protocol === 'http:');
  return isAllowed && url.username === '' && url.password === '' ? url : undefined;
}
