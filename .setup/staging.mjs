// What a Debian package has in it: the program without whatever only developers need, and the files around it.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { controlFiles, PACKAGES, SHARED } from './debian.mjs';
import { fail, ROOT } from './program.mjs';

/** As npm names an architecture of Debian; as the folders of prebuilt modules do; and the tool that takes symbols out. */
export const ARCHITECTURES = {
  amd64: { npm: 'x64', strip: 'strip' },
  arm64: { npm: 'arm64', strip: 'aarch64-linux-gnu-strip' },
  armhf: { npm: 'arm', strip: 'arm-linux-gnueabihf-strip' },
};

/** Code, what code reads, and what licences ask to go with it. */
const KEPT = /\.(c?js|mjs|json|node|html|css|svg|wasm)$|\.so(\.\d+)*$|^(licen[cs]e|copying|notice|authors)/i;
/** Of packages: what is for their developers, for browsers, or for other systems. */
const LEFT =
  /\/(tests?|__tests__|docs?|examples?|bench(marks?)?|esm|esnext|deps|\.github|obj(\.target)?|musl_\w+)\/|\.min\.js$/;
/** @fontsource/inter: the letters that the framebuffer draws; devices/display/framebuffer/fonts.ts names them so. */
const LETTERS = /\/files\/inter-[a-z-]+-(500|700)-normal\.woff$/;

/** What npm needs to install a native module, and types. */
const BUILDERS = /^node_modules\/(@types\/.*|prebuild-install|node-addon-api)$/;
/** A relay prints, draws and opens no line. */
const DEVICES =
  /^node_modules\/(@img\/.*|sharp|@fontsource\/.*|@?serialport(\/.*)?|escpos|node-thermal-printer)$/;

/** Of this production installation, by the lock file. */
function packages(lock, name, arch) {
  const foreign = ({ cpu, libc }) =>
    (cpu && !cpu.includes(ARCHITECTURES[arch].npm)) || libc?.includes('musl');
  return Object.entries(lock.packages)
    .filter(([path, it]) => path.startsWith('node_modules/') && !(it.dev || it.devOptional || foreign(it)))
    .map(([path]) => path)
    .filter((path) => !BUILDERS.test(path) && !(name === 'gopay-pos-relay' && DEVICES.test(path)));
}

function keeps(path, arch) {
  const prebuilt = /\/prebuilds\/([\w+-]+)\/.*$/.exec(path);
  if (prebuilt) {
    if (prebuilt[1] !== `linux-${ARCHITECTURES[arch].npm}`) return false;
    return !/musl|armv6/.test(path);
  }
  // The symbols of a test of its own.
  if (path.endsWith('/test_extension.node')) return false;
  if (path.includes('/@fontsource/')) return LETTERS.test(path) || /LICENSE|package\.json$/.test(path);
  return KEPT.test(basename(path)) && !LEFT.test(path);
}

function copy(from, to, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

function write(to, text, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
  chmodSync(to, mode);
}

/** Level 9, without name and time: the same input makes the same package. */
const zipped = (text) => gzipSync(text, { level: 9 });

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** @param modules where node_modules of that architecture are */
function program(root, name, arch, modules) {
  const lib = join(root, 'usr/lib/gopay-pos');
  for (const file of files(join(ROOT, 'dist')))
    if (!/\.map$|\/code-|\/\.built$/.test(file)) copy(file, join(lib, relative(ROOT, file)));
  copy(join(ROOT, 'package.json'), join(lib, 'package.json'));
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  for (const path of packages(lock, name, arch)) {
    const from = join(modules, path);
    if (!existsSync(from)) continue;
    // A package that lies in another one is in the list itself.
    for (const file of filesOf(from))
      if (keeps(`/${path}/${relative(from, file)}`, arch)) copy(file, join(lib, path, relative(from, file)));
  }
  for (const file of files(lib).filter((name) => name.endsWith('.node')))
    run(ARCHITECTURES[arch].strip, ['--strip-unneeded', file]);
  write(join(lib, 'node'), SHARED.launcher, 0o755);
}

/** Links (workspaces) become what they point to. */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules') return [];
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}

export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  if (done.status !== 0)
    fail(
      `${command} ${args.join(' ')}: ${done.error?.message ?? `${done.stdout}${done.stderr}`.slice(-2_000)}`,
    );
  return done.stdout;
}

const ours = (args) => run(process.execPath, [join(ROOT, 'dist/gopay-pos.cjs'), ...args]);

/** The lines of `--help`, which are made from the declarations of the commands, as a man page. */
export function manPage(help, version) {
  const escaped = (text) =>
    text
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      .replace(/^(['.])/, '\\&$1');
  const commands = help
    .replaceAll(/\n {42}/g, '  ')
    .split('\n')
    .map((line) => /^ {2}gopay-pos (.+?) {2,}(.+)$/.exec(line) ?? /^ {2}gopay-pos (\S+) (.+)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, usage, about]) => `.TP\n.B gopay\\-pos ${escaped(usage)}\n${escaped(about)}\n`);
  if (commands.length === 0) fail('no command found in gopay-pos --help');
  return `.TH GOPAY-POS 1 "" "gopay-pos ${version}" "User Commands"
.SH NAME
gopay-pos \\- payment terminal for GoPay QR
.SH SYNOPSIS
.B gopay\\-pos
.I COMMAND
[\\fIOPTION\\fR]...
.SH COMMANDS
${commands.join('')}.SH FILES
.TP
.I /etc/gopay\\-pos/terminal.toml, /etc/gopay\\-pos/relay.toml
The configuration; gopay\\-pos config explain KEY says what a key means.
.TP
.I /var/lib/gopay\\-pos
The journal: every sale, and what is owed.
.SH EXIT STATUS
0 good; 1 the answer is no; 64 wrong command line; 69 something needed cannot be had; 70 a bug; 78 configuration or secret is wrong.
`;
}

function around(root, name, version) {
  const { unit, example, doc } = PACKAGES[name];
  const share = join(root, 'usr/share');
  const own = join(root, 'usr/lib/gopay-pos/systemd');
  for (const page of ['README.md', 'CONFIG.md', 'REMOTE.md'])
    copy(join(ROOT, 'systemd', page), join(own, page));
  if (example)
    copy(join(ROOT, `systemd/${example}.example.toml`), join(share, `doc/${name}/examples/${example}.toml`));
  write(join(root, 'usr/bin/gopay-pos'), SHARED.command, 0o755);
  write(join(share, 'man/man1/gopay-pos.1.gz'), zipped(manPage(ours(['--help']), version)));
  write(join(share, 'bash-completion/completions/gopay-pos'), ours(['completion', 'bash']));
  write(join(share, 'zsh/vendor-completions/_gopay-pos'), ours(['completion', 'zsh']));
  const old = join(ROOT, 'systemd', unit.replace('.service', '.before-254.conf'));
  if (existsSync(old)) copy(old, join(root, 'usr/lib', doc, 'before-254.conf'));
  if (name !== 'gopay-pos') return;
  for (const file of filesOf(join(ROOT, 'devices')).filter((path) => path.endsWith('.rules')))
    copy(file, join(root, 'usr/lib/udev/rules.d', basename(file)));
}

/** The lines of our two lists of systemd that are for this package's user and folders. */
function own(list, name) {
  const users = { 'gopay-pos': /gopay-pos |gpio |\/etc\//, 'gopay-pos-relay': /gopay-pos-relay |\/etc\// };
  const wanted = users[name] ?? new RegExp(`${name} `);
  return readFileSync(join(ROOT, 'systemd', list), 'utf8')
    .split('\n')
    .filter(
      (line) =>
        /^\w/.test(line) && wanted.test(line) && (name === 'gopay-pos-relay' || !/relay\.toml/.test(line)),
    )
    .join('\n')
    .concat('\n');
}

/** Makes the tree of one package and its control files in `root`. */
export function stage(root, { name, arch, version, modules, runtime }) {
  rmSync(root, { recursive: true, force: true });
  const { unit, kind } = PACKAGES[name];
  if (kind === 'program') {
    program(root, name, arch, modules);
    around(root, name, version);
  }
  if (kind === 'runtime') cpSync(runtime, join(root, 'usr/lib/gopay-pos-node'), { recursive: true });
  if (kind === 'screen') {
    copy(join(ROOT, 'systemd/await-page.mjs'), join(root, 'usr/lib', name, 'await-page.mjs'));
    copy(join(ROOT, 'systemd/gopay-pos-kiosk.pam'), join(root, 'etc/pam.d', name));
    copy(
      join(ROOT, 'systemd/gopay-pos-kiosk.policy.json'),
      join(root, 'etc/chromium/policies/managed/gopay-pos-kiosk.json'),
    );
  }
  if (unit) {
    const text = readFileSync(join(ROOT, 'systemd', unit), 'utf8')
      .replaceAll('/usr/bin/node', '/usr/lib/gopay-pos/node')
      .replaceAll('/usr/lib/gopay-pos/systemd/await-page.mjs', `/usr/lib/${name}/await-page.mjs`);
    write(join(root, 'usr/lib/systemd/system', unit), text);
    write(join(root, 'usr/lib/sysusers.d', `${name}.conf`), own('gopay-pos.sysusers', name));
    const places = own('gopay-pos.tmpfiles', name);
    if (places.trim() !== '') write(join(root, 'usr/lib/tmpfiles.d', `${name}.conf`), places);
  }
  const doc = join(root, 'usr/share/doc', name);
  write(join(doc, 'copyright'), SHARED.copyright(name, readFileSync(join(ROOT, 'LICENSE'), 'utf8')));
  write(join(doc, 'changelog.gz'), zipped(SHARED.changelog(name, version)));
  if (SHARED.overrides[kind])
    write(join(root, 'usr/share/lintian/overrides', name), SHARED.overrides[kind](name));
  for (const [file, [text, mode]] of Object.entries(
    controlFiles(name, { arch, version, root, sizeKiB: sizeKiB(root) }),
  ))
    write(join(root, 'DEBIAN', file), text, mode);
}

/** As dpkg counts them: whole kibibytes of each file. */
export function sizeKiB(root) {
  return files(root)
    .filter((path) => !path.startsWith(join(root, 'DEBIAN')))
    .reduce((sum, path) => sum + Math.ceil(statSync(path).size / 1024), 0);
}
