import { actionUrl, parseObject } from '../midtrans/wire.js';

const PICTURE_URL = /^https?:\/\/[^?#]+\/v2\/(gopay|qris)\/([A-Za-z0-9-]{1,64})\/qr-code$/;

/**
 * The charge's answer with the address of the QR picture on the relay, so that a terminal needs to reach nothing else.
 * All other bytes stay as they came. An address of another form is left alone: the relay could not serve it.
 */
export function rewritePictureUrl(answer: Uint8Array, publicUrl: string): Uint8Array {
  const bytes = Buffer.from(answer);
  const body = parseObject(bytes.toString('utf8'));
  const url = body && actionUrl(body, 'generate-qr-code');
  const match = PICTURE_URL.exec(url ?? '');
  if (url === undefined || match === null) return answer;
  const ours = JSON.stringify(`${publicUrl}/v2/${match[1]}/${match[2]}/qr-code`);
  // Latin-1 keeps every other byte as it is; the address itself is ASCII. Some JSON writers escape slashes.
  const text = bytes.toString('latin1');
  for (const quoted of [JSON.stringify(url), JSON.stringify(url).replaceAll('/', '\\/')])
    if (text.includes(quoted)) return Buffer.from(text.replaceAll(quoted, ours), 'latin1');
  return answer;
}
