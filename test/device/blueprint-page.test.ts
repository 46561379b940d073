import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../house/source.js';

/** Blocks of the page in its order, without their indentation. */
function blocks(language: string): string[] {
  const page = readFileSync(join(ROOT, 'devices/register/blueprint/README.md'), 'utf8');
  const found = page.matchAll(new RegExp(`^   \`\`\`${language}\\n([\\s\\S]*?)^   \`\`\``, 'gm'));
  return [...found].map(([, text = '']) => text.replace(/^ {3}/gm, ''));
}

/** One sale with a register that knows only the page's own example of the protocol. */
const STORY = `
import { expect, it } from 'vitest';
import { payScanned, TcpCable } from './kit/register-peer.js';
import { story } from './kit/shop.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

it('sells', () =>
  story({ toml: '[register]\\nprotocol = "toko"\\ntransport = "tcp"\\nport = 0\\n' }, async (shop) => {
    const port = await shop.found('the port', () => {
      const line = shop.log.findLast((each) => /register: tcp .* listening on port/.test(each));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    });
    const cable = new TcpCable(port);
    cable.send(Buffer.from('#S 15000*47\\n', 'latin1'));
    expect(text(await cable.take(1))).toBe('+');
    const order = await payScanned(shop);
    expect(text(await cable.take(18))).toBe('#S approved 15000 ');
    cable.send(Buffer.from('+', 'latin1'));
    await shop.reaches(order, 'delivered');
    await cable.hangUp();
  }));
`;

it('a protocol that is made as the page of the blueprint says passes the contract, and sells', () => {
  const copy = mkdtempSync(join(tmpdir(), 'gopay-pos-blueprint-'));
  const vitest = (...args: readonly string[]): { status: number | null; said: string } => {
    const program = join(copy, 'node_modules/vitest/vitest.mjs');
    const command = [program, 'run', '--config', 'test/alone.config.ts', ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, UPDATE_DOCS: '0' },
    });
    return { status, said: `${stdout}${stderr}` };
  };
  const shell = (script: string): void => {
    execFileSync('bash', ['-euc', script.replace('test/vitest.config.ts', 'test/alone.config.ts')], {
      cwd: copy,
    });
  };
  try {
    for (const name of [
      'src',
      'devices',
      'systemd',
      'test',
      '.github',
      '.setup',
      'package.json',
      'tsconfig.json',
      'README.md',
      'package-lock.json',
      'LICENSE',
    ])
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    // The copy needs no build of its own.
    writeFileSync(
      join(copy, 'test/alone.config.ts'),
      "export default { test: { include: ['test/**/*.test.ts'], testTimeout: 600_000, maxWorkers: 1, isolate: false } };\n",
    );

    const [folder = '', docs = ''] = blocks('sh');
    shell(folder);
    const [entry = ''] = blocks('ts');
    const [line = '', list = ''] = entry.trim().split('\n');
    const listed = join(copy, 'devices/register/protocols.ts');
    const before = readFileSync(listed, 'utf8');
    const name = list.slice(0, list.indexOf('='));
    const after = before
      .split('\n')
      .map((each) => (each.startsWith(name) ? list : each.replace(/^import .*zvt.*$/, `${line}\n$&`)));
    writeFileSync(listed, after.join('\n'));
    expect(after.join('\n').split('\n').length - before.split('\n').length).toBe(1);

    const pages = ['test/house/guide-pages', 'test/config/docs'];
    const missing = vitest(...pages).said;
    expect(missing).toContain('"devices/register/toko/README.md"');

    const [page = '', row = ''] = blocks('md');
    writeFileSync(join(copy, 'devices/register/toko/README.md'), page);
    const family = join(copy, 'devices/register/README.md');
    writeFileSync(family, readFileSync(family, 'utf8').replace(/^(\| \[ZVT\].*)$/m, `$1\n${row.trim()}`));
    shell(docs);
    writeFileSync(join(copy, 'test/story/toko-sells.test.ts'), STORY);
    // Without the tests that know of no protocol: `npm run check` sees them as they are here.
    const types = join(copy, 'test/toko.json');
    const known = ['config', 'device/register', 'house'].map((layer) => `${layer}/**/*.ts`);
    const include = ['../src/**/*.ts', '../devices/**/*.ts', ...known, 'story/toko-sells.test.ts'];
    writeFileSync(types, JSON.stringify({ extends: './tsconfig.json', include }));
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', types]);
    const told = vitest(
      ...pages,
      'test/house/declarations',
      'test/house/dead',
      'test/device/register/toko',
      'test/story/toko-sells',
    );
    expect(told.said, told.said).toMatch(/Test Files.*6 passed/);
    expect(told.status).toBe(0);
    expect(readFileSync(join(copy, 'systemd/CONFIG.md'), 'utf8')).toContain('8170 with toko');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}, 900_000);
