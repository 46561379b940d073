// npm run pack -- [--arch amd64|arm64|armhf] [--out FOLDER] [--only PACKAGE]: the Debian packages of a terminal, a relay and a customer's screen,
// and the runtime for Debian 12. --quick compresses, builds and judges nothing. --repository FOLDER --key KEY makes a signed apt repository of what is in --out. --try installs them in Debian 12 and 13.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { aptInstall } from './apt.mjs';
import { build } from './build.mjs';
import { PACKAGES } from './debian.mjs';
import { fail, has, ROOT, run as runLoudly } from './program.mjs';
import { ARCHITECTURES, run, sizeKiB, stage } from './staging.mjs';

const CACHE = join(ROOT, '.cache', 'pack');
/** The newest of the ABI of Debian 13's Node, as its makers build it; there is none of it for armhf (decision of 2026-12-01). */
const RUNTIME = '20.20.2';
/** What a package may be at most, the runtime not counted. */
const MOST = { installedKiB: 45 * 1024, downloadBytes: 15 * 1024 * 1024 };
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Node as a package of npm has it, without symbols; undefined where there is none for this architecture. */
function runtime(arch) {
  const { npm, strip } = ARCHITECTURES[arch];
  if (npm === 'arm') return undefined;
  const folder = join(CACHE, `node-${RUNTIME}-${arch}`);
  if (existsSync(folder)) return folder;
  const scratch = join(CACHE, `npm-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, 'package.json'), '{}');
  const name = `node-linux-${npm}`;
  run('npm', ['install', '--no-save', '--force', '--ignore-scripts', `${name}@${RUNTIME}`], { cwd: scratch });
  const from = join(scratch, 'node_modules', name);
  const made = join(scratch, 'made');
  mkdirSync(made);
  copyFileSync(join(from, 'bin/node'), join(made, 'node'));
  run(strip, ['--strip-unneeded', join(made, 'node')]);
  for (const licence of readdirSync(from).filter((file) => /^licen[cs]e/i.test(file)))
    copyFileSync(join(from, licence), join(made, 'LICENSE'));
  cpSync(made, folder, { recursive: true });
  rmSync(scratch, { recursive: true });
  return folder;
}

function packed(name, { arch, out, modules, compression }) {
  // Two packings at once have a tree each.
  const root = join(CACHE, `tree-${process.pid}`, name);
  const own = PACKAGES[name].kind === 'runtime' ? runtime(arch) : undefined;
  if (PACKAGES[name].kind === 'runtime' && own === undefined) return undefined;
  stage(root, { name, arch, version, modules, runtime: own });
  const all = PACKAGES[name].kind === 'screen' ? 'all' : arch;
  const file = join(out, `${name}_${version}_${all}.deb`);
  run('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, file]);
  const bytes = readFileSync(file).length;
  const installedKiB = sizeKiB(root);
  rmSync(dirname(root), { recursive: true });
  process.stdout.write(
    `${file}  ${(installedKiB / 1024).toFixed(1)} MiB installed, ${(bytes / 1024 / 1024).toFixed(1)} MiB to download\n`,
  );
  if (
    own === undefined &&
    (installedKiB > MOST.installedKiB || (compression === 'xz' && bytes > MOST.downloadBytes))
  )
    fail(`${name} is larger than 45 MiB installed or 15 MiB to download`);
  return file;
}

function pack({ arch, out, names }, compression) {
  if (!ARCHITECTURES[arch]) fail('--arch amd64, arm64 or armhf');
  if (arch !== ownArchitecture())
    fail(`packs for this machine's own architecture only, ${ownArchitecture()}`);
  mkdirSync(out, { recursive: true });
  return names
    .map((name) => packed(name, { arch, out, modules: ROOT, compression }))
    .filter((file) => file !== undefined);
}

function ownArchitecture() {
  return Object.keys(ARCHITECTURES).find((arch) => ARCHITECTURES[arch].npm === process.arch);
}

function lint(debs) {
  if (!has('lintian')) aptInstall(['lintian'], 'to judge the packages', { optional: true });
  if (!has('lintian'))
    return process.stderr.write('gopay-pos: no lintian here: the packages are not judged\n');
  runLoudly('lintian', ['--fail-on', 'error', '--tag-display-limit', '0', ...debs]);
}

/** A static repository: apt checks its signature, and whatever serves files serves it. */
function repository(folder, debs, key) {
  if (!has('apt-ftparchive')) aptInstall(['apt-utils'], 'to make the repository');
  if (!has('gpg')) aptInstall(['gpg'], 'to sign the repository');
  mkdirSync(join(folder, 'pool'), { recursive: true });
  for (const deb of debs) copyFileSync(deb, join(folder, 'pool', deb.split('/').at(-1)));
  const architectures = Object.keys(ARCHITECTURES);
  for (const arch of architectures) {
    const binary = join(folder, 'dists/stable/main', `binary-${arch}`);
    mkdirSync(binary, { recursive: true });
    const index = run('apt-ftparchive', ['--arch', arch, 'packages', 'pool'], { cwd: folder });
    writeFileSync(join(binary, 'Packages'), index);
    run('gzip', ['-9nkf', join(binary, 'Packages')]);
  }
  const stable = join(folder, 'dists/stable');
  for (const name of ['Release', 'InRelease', 'Release.gpg']) rmSync(join(stable, name), { force: true });
  const says = {
    Origin: 'gopay-pos',
    Suite: 'stable',
    Codename: 'stable',
    Components: 'main',
    Architectures: architectures.join(' '),
  };
  const options = Object.entries(says).flatMap(([name, value]) => [
    '-o',
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  writeFileSync(join(stable, 'Release'), run('apt-ftparchive', [...options, 'release', stable]));
  const sign = (...args) => run('gpg', ['--batch', '--yes', '--local-user', key, ...args]);
  sign('--clearsign', '--output', join(stable, 'InRelease'), join(stable, 'Release'));
  sign('--armor', '--detach-sign', '--output', join(stable, 'Release.gpg'), join(stable, 'Release'));
  run('gpg', ['--batch', '--yes', '--armor', '--output', join(folder, 'gopay-pos.asc'), '--export', key]);
  process.stdout.write(`${folder}: deb [signed-by=/etc/apt/keyrings/gopay-pos.asc] URL stable main\n`);
}

function main() {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string', default: ownArchitecture() },
      out: { type: 'string', default: join(CACHE, 'debs') },
      only: { type: 'string', multiple: true },
      repository: { type: 'string' },
      key: { type: 'string' },
      quick: { type: 'boolean', default: false },
      try: { type: 'boolean', default: false },
    },
  });
  if (values.repository && !values.key)
    fail('--repository needs --key: gpg --quick-generate-key NAME ed25519 sign makes one');
  if (!has('dpkg-deb') || !has('strip')) aptInstall(['dpkg', 'binutils'], 'to pack');
  const out = resolve(values.out);
  const asked = { arch: values.arch, out, names: values.only ?? Object.keys(PACKAGES) };
  if (values.quick) pack(asked, 'none');
  else {
    build();
    lint(pack(asked, 'xz'));
  }
  if (values.repository) {
    const all = readdirSync(out).filter((file) => file.endsWith('.deb'));
    repository(
      resolve(values.repository),
      all.map((file) => join(out, file)),
      values.key,
    );
  }
  if (values.try)
    runLoudly(
      'npx',
      [
        '--no-install',
        'vitest',
        'run',
        '--config',
        'test/vitest.config.ts',
        'test/package/debian-installed.test.ts',
      ],
      {
        env: { PACK_DEBS: out },
      },
    );
}

main();
