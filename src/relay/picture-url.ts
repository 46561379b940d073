import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseObject } from '../base/json.js';
import { actionUrl } from '../midtrans/wire.js';

const PICTURE_URL = /^https?:\/\/[^?#]+\/v2\/(gopay|qris)\/([A-Za-z0-9-]{1,64})\/qr-code$/;

export interface PictureName {
  readonly paymentType: string;
  readonly transactionId: string;
}

/**
 * Addresses of QR pictures on the relay. Each is its own credential: it names the terminal that was given it and carries a
 * mark that only a relay with the same server key can make. So the address can be fetched without a header, as pictures are, by
 * the terminal that was told it and by none else; and several relays side by side need no common memory.
 */
export class PictureAddresses {
  #secret: Buffer;
  /** Of the key before: its addresses may be on their way to a terminal. */
  #before: Buffer | undefined;

  constructor(serverKey: string) {
    this.#secret = secretOf(serverKey);
  }

  renewKey(serverKey: string): void {
    this.#before = this.#secret;
    this.#secret = secretOf(serverKey);
  }

  markOf(terminal: string, name: PictureName): string {
    return markWith(this.#secret, terminal, name);
  }

  isMark(terminal: string, name: PictureName, mark: string): boolean {
    const given = Buffer.from(mark);
    return [this.#secret, this.#before].some((secret) => {
      const wanted = secret && Buffer.from(markWith(secret, terminal, name));
      return given.length === wanted?.length && timingSafeEqual(given, wanted);
    });
  }

  /**
   * The charge's answer with the address of the QR picture on the relay, so that a terminal needs to reach nothing else.
   * All other bytes stay as they came. An address of another form is left alone: the relay could not serve it.
   */
  rewrite(answer: Uint8Array, publicUrl: string, terminal: string): Uint8Array {
    const bytes = Buffer.from(answer);
    const body = parseObject(bytes.toString('utf8'));
    const url = body && actionUrl(body, 'generate-qr-code');
    const [, paymentType, transactionId] = PICTURE_URL.exec(url ?? '') ?? [];
    if (url === undefined || paymentType === undefined || transactionId === undefined) return answer;
    const mark = this.markOf(terminal, { paymentType, transactionId });
    const path = `/v2/${paymentType}/${transactionId}/qr-code?terminal=${terminal}&mark=${mark}`;
    const ours = JSON.stringify(publicUrl + path);
    // Latin-1 keeps every other byte as it is; the address itself is ASCII. Some JSON writers escape slashes.
    const text = bytes.toString('latin1');
    for (const quoted of [JSON.stringify(url), JSON.stringify(url).replaceAll('/', '\\/')])
      if (text.includes(quoted)) return Buffer.from(text.replaceAll(quoted, ours), 'latin1');
    return answer;
  }
}

function secretOf(serverKey: string): Buffer {
  return createHmac('sha256', serverKey).update('gopay-pos picture addresses').digest();
}

function markWith(secret: Buffer, terminal: string, { paymentType, transactionId }: PictureName): string {
  const mac = createHmac('sha256', secret).update(`${terminal}/${paymentType}/${transactionId}`);
  return mac.digest().subarray(0, 16).toString('base64url');
}
