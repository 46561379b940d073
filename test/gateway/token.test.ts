import { createHmac, createPublicKey } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TerminalId } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import { keyPairOf, makeKeyPem, signingKeys } from '../../src/identity/keys.js';
import { Revocations } from '../../src/identity/revocations.js';
import { Tokens } from '../../src/identity/token.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

const DAY_S = 86_400;
const OURS = keyPairOf(makeKeyPem());
const OTHERS = keyPairOf(makeKeyPem());
const CLAIMS = { terminal: 'KASIR1' as TerminalId, merchant: 'shop', boxKey: 'k'.repeat(43), caps: {} };

let directory: string;
let list: string;
let log: KeptLog;
let clock: FakeTime;
let tokens: Tokens;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-token-'));
  list = join(directory, 'revoked');
  log = new KeptLog();
  clock = new FakeTime();
  tokens = make([OURS]);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function make(keys: ConstructorParameters<typeof Tokens>[0]['keys']): Tokens {
  return new Tokens({ keys, revocations: new Revocations(list, clock, log), clock });
}

const issued = async (caps = {}): Promise<string> =>
  (await tokens.issue({ ...CLAIMS, caps }, 30 * DAY_S)).token;
const why = async (token: string, terminal = 'KASIR1', judge = tokens): Promise<string | undefined> => {
  const read = await judge.verify(token, terminal);
  return read.ok ? undefined : read.error;
};

describe('a token', () => {
  it('opens for its terminal until it ends, and says what that may do', async () => {
    const caps = { maxAmount: rupiah(50_000), chargesPerMinute: 2, refundADay: rupiah(0) };
    const token = await issued(caps);
    const nowS = clock.wallMs() / 1000;
    const claims = { ...CLAIMS, caps, issuedAtS: nowS, endsAtS: nowS + 30 * DAY_S };
    expect(await tokens.verify(token, 'KASIR1')).toEqual({ ok: true, value: claims });
    clock.advance(30 * DAY_S * 1000 - 1);
    expect(await why(token)).toBeUndefined();
    clock.advance(1);
    expect(await why(token)).toBe('a token that has ended');
    expect(await tokens.read(token), 'for who may have another one').toMatchObject({ ok: true });
  });

  it('opens nothing for another name, whatever was asked before', async () => {
    const token = await issued();
    expect(await why(token)).toBeUndefined();
    for (const name of ['KASIR2', '', 'kasir1'])
      expect(await why(token, name)).toBe('a token of another terminal');
  });

  it('is accepted after the keys were changed, as long as the old one stands behind the new one', async () => {
    const token = await issued();
    expect(await why(token, 'KASIR1', make([OTHERS, OURS]))).toBeUndefined();
    expect(await why(token, 'KASIR1', make([OTHERS]))).toMatch(/^not signed by us/);
  });

  it('has keys that are Ed25519 in PEM, one or several', () => {
    const [first, second] = [makeKeyPem(), makeKeyPem()];
    expect(signingKeys(`${first}\n${second}`).map(({ id }) => id)).toEqual([
      keyPairOf(first).id,
      keyPairOf(second).id,
    ]);
    for (const text of ['', 'a key', first.replace('M', '!')])
      expect(() => signingKeys(text)).toThrow(/^E699 (?!.*MC4C)/);
  });
});

/** Signed by hand: what `issue` never makes. */
async function signed(
  change: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
  pair = OURS,
): Promise<string> {
  const nowS = clock.wallMs() / 1000;
  const body = { sub: 'KASIR1', aud: 'gopay-pos', iat: nowS, exp: nowS + DAY_S, merchant: 'shop' };
  return await new SignJWT({ ...body, cnf: { jkt: 'k'.repeat(43) }, ...change })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'gopay-pos-token+jwt', kid: OURS.id, ...header })
    .sign(pair.privateKey);
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a forged token', () => {
  it('is told from one that is signed by hand and right', async () => {
    expect(await why(await signed({}))).toBeUndefined();
  });

  it.each([
    ['by another key', {}, {}, OTHERS],
    ['by another key that gives its own name', {}, { kid: OTHERS.id }, OTHERS],
    ['without the name of a key', {}, { kid: undefined }, OURS],
    ['as something else than a token', {}, { typ: 'JWT' }, OURS],
    ['for another audience', { aud: 'gopay-pos-operator' }, {}, OURS],
    ['for several audiences', { aud: ['gopay-pos', 'other'] }, {}, OURS],
    ['for another terminal', { sub: 'KASIR2' }, {}, OURS],
    ['for no terminal', { sub: 'KASIR1/../X' }, {}, OURS],
    ['without an end', { exp: undefined }, {}, OURS],
    ['with an end in words', { exp: '9999999999' }, {}, OURS],
    ['ended', { exp: 1_700_000_000 }, {}, OURS],
    ['without a beginning', { iat: undefined }, {}, OURS],
    ['in the future', { iat: 1_795_324_000 }, {}, OURS],
    ['for nobody’s key', { cnf: undefined }, {}, OURS],
    ['with a cap that is no amount', { max_amount: -1 }, {}, OURS],
    ['with a cap in words', { refund_a_day: '1000' }, {}, OURS],
  ])('opens nothing: signed %s', async (_title, change, header, pair) => {
    expect(await why(await signed(change, header, pair))).toBeDefined();
  });

  it('opens nothing without a signature, or with one that the public key makes', async () => {
    const [, body = ''] = (await signed({})).split('.');
    const none = part({ alg: 'none', typ: 'gopay-pos-token+jwt', kid: OURS.id });
    const shared = part({ alg: 'HS256', typ: 'gopay-pos-token+jwt', kid: OURS.id });
    const pem = createPublicKey(OURS.privateKey).export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha256', pem).update(`${shared}.${body}`).digest('base64url');
    for (const token of [
      `${none}.${body}.`,
      `${none}.${body}.AA`,
      `${shared}.${body}.${mac}`,
      body,
      '',
      'eyJ.e.e',
    ])
      expect(await why(token), token).toBeDefined();
  });

  it('opens nothing with one sign changed, wherever', async () => {
    const token = await signed({});
    for (let at = 0; at < token.length - 1; at += 7) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(await why(changed), `at ${at}`).toBeDefined();
    }
  });
});

describe('the list of who is revoked', () => {
  it('ends every older token of a terminal at once, and none of another or a newer one', async () => {
    const token = await issued();
    const other = (await tokens.issue({ ...CLAIMS, terminal: 'KASIR2' as TerminalId }, DAY_S)).token;
    const { value: claims } = (await tokens.verify(token, 'KASIR1')) as {
      value: Parameters<Tokens['holds']>[0];
    };
    expect(tokens.holds(claims)).toBe(true);
    new Revocations(list, clock, log).revoke('KASIR1', 'lost');
    expect(await why(token)).toBe('a token that was revoked');
    expect([
      tokens.holds(claims),
      tokens.isRevoked(claims),
      tokens.isRevoked({ ...claims, terminal: 'KASIR2' as TerminalId }),
    ]).toEqual([false, true, false]);
    expect(await why(other, 'KASIR2')).toBeUndefined();
    const again = await issued();
    expect(await why(again), 'enrolled in the same second').toBeUndefined();
    new Revocations(list, clock, log).revoke('KASIR1', 'lost again');
    expect(await why(again)).toBe('a token that was revoked');
  });

  it('is in force as it was while it cannot be read, is gone, or holds a line that is none', async () => {
    const token = await issued();
    new Revocations(list, clock, log).revoke('KASIR1', 'lost');
    expect(await why(token)).toBe('a token that was revoked');
    rmSync(list);
    expect(await why(token), 'gone').toBe('a token that was revoked');
    expect(log.matching(/^error E699 .* is gone/)).toHaveLength(1);
    writeFileSync(list, '# nobody\n');
    expect(await why(token), 'emptied by a person').toBeUndefined();
    appendFileSync(list, 'no line of ours\nKASIR1 yesterday\n');
    expect(await why(token), 'a name without a time').toBe('a token that was revoked');
    expect(log.matching(/^error E699 .*line 3 .*every token of KASIR1/)).toHaveLength(1);
  });

  it('keeps a relay from starting that cannot read it', () => {
    expect(() => new Revocations(directory, clock, log)).toThrow(/^E699 /);
  });
});
