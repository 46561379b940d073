import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { enrolAt } from '../../src/identity/enrolment-client.js';
import { makeKeyPem } from '../../src/identity/keys.js';
import { relayAsker } from '../../src/programs/token-keeper.js';
import { checkRelay, RELAY, words } from '../config/files.js';
import { type EnrolRelay, openEnrolRelay } from './enrol-kit.js';

const TOKEN = 'of-the-back-office-0123456789';
const ENROLLER = ['[[enroller]]', 'name = "backoffice"', `token_sha256 = "${hash('sha256', TOKEN)}"`];

let at: EnrolRelay;

afterEach(() => at.close());

async function ask(
  path: string,
  body: unknown,
  token = TOKEN,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${at.relay.url}/enrol/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

const use = (code: unknown) => enrolAt(at.relay.url, String(code), makeKeyPem(), relayAsker(at.time));
const audit = (): string => readFileSync(join(at.directory, 'relay', 'enrollers.log'), 'utf8');

it('a program of the operator makes a code with caps and ends a box, and each stands under its name before it is done', async () => {
  at = await openEnrolRelay(ENROLLER);
  const made = await ask('codes', { terminal: 'KASIR1', shop: 'Warung Bu Sri', max_amount: 5_000 });
  expect(made).toMatchObject({
    status: 200,
    body: { terminal: 'KASIR1', digits: expect.stringMatching(/^\d{14}$/) },
  });
  expect(made.body['code']).toMatch(/^[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  const got = await use(made.body['digits']);
  expect(got).toMatchObject({ ok: true, value: { told: { terminal: 'KASIR1', shop: 'Warung Bu Sri' } } });
  const claims = got.ok ? got.value.token.split('.')[1] : '';
  expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toMatchObject({ max_amount: 5_000 });
  expect((await ask('revocations', { terminal: 'KASIR1', note: 'lost' })).status).toBe(200);
  expect(await use(made.body['code'])).toMatchObject({ ok: false });
  expect(
    audit()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { does: 'code', terminal: 'KASIR1', by: 'backoffice', from: '127.0.0.1', max_amount: 5_000 },
    { does: 'revoke', terminal: 'KASIR1', by: 'backoffice', note: 'lost' },
  ]);
  expect(at.log.matching(/KASIR1 is revoked by backoffice, who asked from 127\.0\.0\.1: lost$/)).toHaveLength(
    1,
  );
  for (const secret of [TOKEN, String(made.body['code']), String(made.body['digits'])])
    expect(at.log.lines.join('\n') + audit()).not.toContain(secret);
});

it('without an [[enroller]] there is no such door; with one it opens to its token alone', async () => {
  at = await openEnrolRelay();
  expect((await ask('codes', { terminal: 'KASIR1' })).status).toBe(404);
  await at.close();
  at = await openEnrolRelay(ENROLLER);
  const code = at.codeFor('KASIR1').letters;
  const box = await use(code);
  for (const token of ['', 'of-somebody-else-0123456789', TOKEN.slice(0, -1), box.ok ? box.value.token : ''])
    expect((await ask('codes', { terminal: 'KASIR2' }, token)).status, token).toBe(401);
  expect(
    (await fetch(`${at.relay.url}/enrol/codes`, { headers: { Authorization: `Bearer ${TOKEN}` } })).status,
  ).toBe(404);
  for (let tries = 4; tries < 10; tries += 1) await ask('codes', {}, 'wrong');
  expect((await ask('codes', { terminal: 'KASIR2' }, 'wrong')).body['code']).toBe(914);
  expect((await ask('codes', { terminal: 'KASIR2' })).status, 'guessing by others locks nobody out').toBe(
    200,
  );
});

it('what cannot be read as it is meant makes no code: a cap that is misspelt would be none', async () => {
  at = await openEnrolRelay(ENROLLER);
  for (const body of [
    ...['', '[]', '{', {}, { terminal: 'kasir' }, { terminal: '../x' }, { terminal: 1 }],
    ...[
      { max_amout: 1 },
      { max_amount: '5000' },
      { max_amount: -1 },
      { refund_a_day: 1.5 },
      { maxAmount: 1 },
      { max_amount: 0 },
      { max_a_day: 0 },
      { charges_per_minute: 0 },
    ].map((more) => ({ terminal: 'KASIR1', ...more })),
    ...[{ shop: '' }, { shop: 'a\nb' }, { note: 'x' }].map((more) => ({ terminal: 'KASIR1', ...more })),
  ])
    expect(await ask('codes', body), JSON.stringify(body)).toMatchObject({
      status: 400,
      body: { code: 916 },
    });
  expect((await ask('revocations', { terminal: 'KASIR1', note: 'a # b\nKASIR2 x' })).status).toBe(400);
  expect(() => audit()).toThrow(/ENOENT/);
});

it('a program that goes mad is bounded, and one whose deed cannot be written down does nothing', async () => {
  at = await openEnrolRelay(ENROLLER);
  const file = join(at.directory, 'relay', 'enrollers.log');
  mkdirSync(file);
  expect(await ask('codes', { terminal: 'KASIR1' })).toMatchObject({ status: 503, body: { code: 699 } });
  expect(await ask('revocations', { terminal: 'KASIR1' })).toMatchObject({ status: 503 });
  rmSync(file, { recursive: true });
  for (let calls = 2; calls < 60; calls += 1) await ask('codes', { terminal: 'KASIR1' });
  expect(await ask('codes', { terminal: 'KASIR1' })).toMatchObject({ status: 429, body: { code: 914 } });
  at.time.advance(60_000);
  expect((await ask('codes', { terminal: 'KASIR1' })).status).toBe(200);
});

it('a token that makes codes is nobody else’s, and its line is read again', async () => {
  const [first = ''] = RELAY.match(/token_sha256 = .*/) ?? [];
  const shared = `${RELAY}\n[enrol]\ndirectory = "/var/lib/x"\n[[enroller]]\nname = "backoffice"\n${first}`;
  expect(words(checkRelay(shared)).join()).toMatch(/enroller\[1\]\.token_sha256/);
  expect(words(checkRelay(`${RELAY}\n${ENROLLER.join('\n')}`)).join()).toMatch(/no \[enrol\]/);
  at = await openEnrolRelay(ENROLLER);
  writeFileSync(at.file, readFileSync(at.file, 'utf8').replace(ENROLLER.join('\n'), ''));
  at.relay.reload?.();
  expect((await ask('codes', { terminal: 'KASIR1' })).status).toBe(404);
});

it('calls the first merchant by its name too and says whose the box is', async () => {
  at = await openEnrolRelay(ENROLLER);
  expect(await ask('codes', { terminal: 'KASIR1', merchant: 'shop', refund_a_day: 0 })).toMatchObject({
    status: 200,
    body: { terminal: 'KASIR1', merchant: 'shop' },
  });
  expect((await ask('revocations', { terminal: 'KASIR1' })).body).toMatchObject({ merchant: 'shop' });
  expect((await ask('revocations', { terminal: 'KASIR1', merchant: 'kopi' })).body['code']).toBe(916);
});
