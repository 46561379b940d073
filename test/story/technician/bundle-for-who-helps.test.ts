import { execFile, execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { timesOf } from '../../../src/journal/commit.js';
import build from '../../kit/built.js';
import { expectMoneyAdded, sells } from '../kit/account.js';
import { afarStory, fleetDo } from '../kit/operator.js';
import { type Shop, story } from '../kit/shop.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/gopay-pos.cjs', import.meta.url));
const run = promisify(execFile);

beforeAll(() => build(), 300_000);

/** Every spelling in which a secret may stand in a text: as it is, for a URL, hex, and base64 wherever it begins in a longer text. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1, -4),
  );
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** The archive as somebody else's tar gives it. */
function opened(archive: string, where: string): Map<string, string> {
  const folder = mkdtempSync(join(where, 'opened-'));
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  const [top = ''] = readdirSync(folder);
  return new Map(
    readdirSync(join(folder, top)).map((name) => [name, readFileSync(join(folder, top, name), 'utf8')]),
  );
}

const random = (): string => randomBytes(18).toString('base64');

/** By where it lies; each is looked for in every spelling. */
function plant() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    key: `Mid-server-${random().replaceAll(/[^A-Za-z0-9]/g, 'x')}`,
    lastYears: `SB-Mid-server-${random().replaceAll(/[^A-Za-z0-9]/g, 'y')}`,
    program: `token of a program ${random()}`,
    webhook: `secret-of-a-webhook/${random()}+`,
    credential: `credential=${random()}`,
    environment: `environment&${random()}`,
    digest: randomBytes(32).toString('hex'),
    login: `pass-${randomBytes(9).toString('hex')}`,
    query: `mark-${randomBytes(9).toString('hex')}`,
    bearer: `bearer-${randomBytes(9).toString('hex')}`,
    typed: `typed-${randomBytes(9).toString('hex')}`,
    jwt: `eyJhbGciOiJFZERTQSJ9.${randomBytes(30).toString('base64url')}.${randomBytes(64).toString('base64url')}`,
    pem,
    pemBody: pem.split('\n')[1] ?? '',
  };
}

const PHONE = '0812-3456-7890';

it('one archive has everything that helps, and no secret of whatever place in whatever spelling, nor anything of a customer', () =>
  story({}, async (shop) => {
    const order = await sells(shop, 15_000);
    const secrets = plant();
    const files = planted(shop, secrets);
    shop.program.journal.commit({
      ...timesOf(shop.clock),
      events: [
        {
          kind: 'planted',
          body: {
            detail: `Authorization: Basic ${Buffer.from(`${secrets.key}:`).toString('base64')} ${secrets.program} ${encodeURIComponent(secrets.webhook)} ${Buffer.from(secrets.credential).toString('hex')} ${secrets.lastYears}`,
            why: secrets.jwt,
            phone: PHONE,
            customer: { name: 'Sri Wahyuni' },
          },
        },
      ],
    });
    const out = join(shop.directory, 'for-help.tar.gz');
    const env = {
      PATH: `${files}/bin:${process.env['PATH']}`,
      CREDENTIALS_DIRECTORY: join(files, 'credentials'),
      SHOP_API_TOKEN: secrets.environment,
    };
    const words = [PROGRAM, 'bundle', '--json', '--config', join(files, 'terminal.toml'), '--out', out];
    const { stdout } = await run(process.execPath, words, { env });
    expect(JSON.parse(stdout)).toMatchObject({ good: true, file: out, bytes: statSync(out).size });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const texts = opened(out, shop.directory);
    expect([...texts.keys()].sort()).toEqual(
      ['about', 'doctor', 'status', 'journal']
        .map((name) => `${name}.json`)
        .concat(
          ...[
            [
              'doctor.txt',
              'status.txt',
              'terminal.toml',
              'gopay-pos.log',
              'gopay-pos-kiosk.log',
              'kernel.log',
            ],
          ],
        )
        .sort(),
    );
    const all = [...texts.values()].join('\n');
    for (const [name, secret] of Object.entries(secrets))
      for (const spelling of spellings(secret))
        expect(all.includes(spelling), `${name}: ${spelling}`).toBe(false);
    expect(all).not.toContain(PHONE);
    expect(all).not.toContain('Sri Wahyuni');
    // What helps is there.
    expect(texts.get('gopay-pos.log')).toContain('E563 an answer was lost, with [secret:');
    expect(texts.get('terminal.toml')).toContain('shop = "Warung Bu Sri"');
    expect(texts.get('terminal.toml')).toContain(`secret = "file:${files}/key"`);
    expect(texts.get('status.txt')).toContain('gopay-pos story');
    // Its file cannot be used as it is; that is a reason to ask for help.
    expect(texts.get('doctor.txt')).toContain('FAIL  E908');
    const journal = JSON.parse(texts.get('journal.json') ?? '') as Record<
      string,
      { orderId?: string; kind?: string }[]
    >;
    expect(journal['sales']?.[0]).toMatchObject({ orderId: order, amount: 15_000, state: 'delivered' });
    expect(journal['events']?.map(({ kind }) => kind)).toContain('planted');
    const transaction = shop.sandbox.transactions.list()[0]?.transactionId ?? '-';
    expect(texts.get('journal.json')).not.toContain(transaction);
    expectMoneyAdded(shop);
  }));

/** A configuration with secrets where they should and should not be, a store of credentials, and a journal of systemd that says them. */
function planted(shop: Shop, secrets: ReturnType<typeof plant>): string {
  const folder = mkdtempSync(join(shop.directory, 'planted-'));
  const put = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(join(folder, name), text, { mode });
  };
  mkdirSync(join(folder, 'credentials'));
  mkdirSync(join(folder, 'bin'));
  put('key', secrets.key);
  put('program', secrets.program);
  put('webhook', secrets.webhook);
  put('credentials/gopay-pos.mqtt', secrets.credential);
  const toml = readFileSync(join(shop.directory, 'terminal.toml'), 'utf8')
    .replace(
      '[gateway]',
      `# before: secret = "${secrets.lastYears}"\n# relay: token_sha256 = "${secrets.digest}"\n[gateway]`,
    )
    .replace('secret = "file:/unused"', `secret = "file:${folder}/key"`)
    .replace('secret = "file:/unused"', 'secret = "credential:mqtt"');
  put(
    'terminal.toml',
    `${toml}
[api]
port = 0
[[program]]
name = "web"
secret = "file:${folder}/program"
[[webhook]]
name = "books"
url = "http://127.0.0.1:1/"
secret = "file:${folder}/webhook"
# mqtt.password: ${secrets.typed}
`,
  );
  const lines = [
    `E563 an answer was lost, with ${secrets.key}`,
    `GET /v2/x Authorization: Basic ${Buffer.from(`${secrets.key}:`).toString('base64')}`,
    `Authorization: Bearer ${secrets.bearer}`,
    `{"authorization":"Basic ${Buffer.from(`KASIR1:${secrets.credential}`).toString('base64')}"}`,
    `mqtt://KASIR1:${secrets.login}@broker.example.com`,
    `GET /v2/qris/1/qr-code?terminal=K1&mark=${secrets.query}`,
    `password=${encodeURIComponent(secrets.program)} ${Buffer.from(secrets.webhook).toString('base64')}`,
    `token ${secrets.jwt} ${secrets.environment} ${encodeURIComponent(secrets.environment)}`,
    secrets.lastYears,
    `Basic ${Buffer.from(`${secrets.lastYears}:`).toString('base64')}`,
    secrets.pem,
  ];
  put('lines', lines.join('\n'));
  put('bin/journalctl', `#!/bin/sh\ncat ${folder}/lines\n`, 0o755);
  return folder;
}

it('an operator far away has it written on the box, is told its name, and nothing of it goes over the broker', () =>
  afarStory(['bundle'], { ownProgram: PROGRAM }, async (shop, { sri }) => {
    await sells(shop, 15_000);
    const told = await fleetDo(shop, sri, ['T1', 'bundle'], { json: '' });
    const file = join(shop.directory, 'journal/bundle.tar.gz');
    expect(JSON.parse(told.out)).toMatchObject([
      {
        answered: true,
        good: true,
        data: { file, bytes: statSync(file).size, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
    expect(opened(file, shop.directory).get('status.txt')).toContain('gopay-pos story');
    expectMoneyAdded(shop);
  }));
