// Control files of the Debian packages. Their scripts are systemd/debian/*, with what is this package's own before them.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ROOT } from './program.mjs';

/**
 * Node's ABI, for which the native modules are compiled; .github/decisions/2026-12-01-debian-packages.md. Either the box's own Node, which an
 * upgrade beyond this ABI would have to remove the package for, or ours.
 */
const NODE = 'nodejs (>= 20.19) | gopay-pos-node, nodejs (<< 21~) | gopay-pos-node';
/** Whoever packs says who he is, as Debian's own tools ask it. */
const { DEBFULLNAME = 'the gopay-pos authors', DEBEMAIL = 'maintainers@gopay-pos.invalid' } = process.env;
const MAINTAINER = `${DEBFULLNAME} <${DEBEMAIL}>`;

export const PACKAGES = {
  'gopay-pos': {
    kind: 'program',
    unit: 'gopay-pos.service',
    doc: 'gopay-pos',
    example: 'terminal',
    mode: '0644',
    first: 'start',
    fields: `Depends: ${NODE}, systemd, NATIVE
Recommends: udev, ca-certificates
Suggests: gopay-pos-kiosk, alsa-utils, espeak-ng, msmtp
Conflicts: gopay-pos-relay
Section: misc
Description: payment terminal for GoPay QR and QRIS
 A daemon for kiosks, vending machines and shops: keypad, cash register or
 vending machine in; QR code on paper or screen; settlement through Midtrans.
 It is started after installation, and waits for its code or configuration.`,
  },
  'gopay-pos-relay': {
    kind: 'program',
    unit: 'gopay-pos-relay.service',
    doc: 'gopay-pos-relay',
    example: 'relay',
    mode: '0640',
    first: 'leave',
    fields: `Depends: ${NODE}, systemd, NATIVE
Recommends: ca-certificates
Conflicts: gopay-pos
Section: net
Description: server of an operator of gopay-pos payment terminals
 It alone has the key of Midtrans: it charges for terminals within their caps,
 takes notifications and hands them on by MQTT. It is not started before
 /etc/gopay-pos/relay.toml is written: systemctl enable --now gopay-pos-relay.`,
  },
  'gopay-pos-kiosk': {
    kind: 'screen',
    unit: 'gopay-pos-kiosk.service',
    doc: 'gopay-pos-kiosk',
    example: '',
    mode: '',
    first: 'start',
    fields: `Depends: gopay-pos (>= VERSION), systemd, cage, xwayland, chromium, libpam-systemd, dbus
Recommends: fonts-inter
Section: misc
Description: customer's screen of a gopay-pos payment terminal
 The terminal page, full screen on the first virtual terminal from boot on.
 Its policy holds for every Chromium of the machine.`,
  },
  'gopay-pos-node': {
    kind: 'runtime',
    fields: `Depends: NATIVE
Section: javascript
Description: Node.js runtime for gopay-pos where Debian has none that fits
 For Debian 12, whose Node.js is too old. It is found by gopay-pos alone, and
 leaves nodejs of the system as it is.`,
  },
};

/** Newest GLIBC and GLIBCXX that the native code asks for, as packages. */
function native(root) {
  const objects = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.node$|\.so(\.\d+)*$|gopay-pos-node\/node$/.test(path))
    .map((path) => join(root, path));
  const asked = spawnSync('readelf', ['-VW', ...objects], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (asked.status !== 0) fail(`readelf: ${asked.stderr}`);
  const newest = (name) =>
    Math.max(
      0,
      ...[...asked.stdout.matchAll(new RegExp(`Name: ${name}(\\d+)`, 'g'))].map((it) => Number(it[1])),
    );
  // gcc 11 brought GLIBCXX_3.4.29, 12 brought 30, 13 brought 31 and 32, 14 brought 33.
  const gcc = { 29: 11, 30: 12, 31: 13, 32: 13, 33: 14 }[newest('GLIBCXX_3\\.4\\.')] ?? 11;
  return `libc6 (>= 2.${newest('GLIBC_2\\.')}), libgcc-s1, libstdc++6 (>= ${gcc})`;
}

/** Name to text and mode. @param of architecture, version, folder of the tree and its size in KiB */
export function controlFiles(name, { arch, version, root, sizeKiB }) {
  const it = PACKAGES[name];
  const fields = it.fields
    .replace('VERSION', version)
    .replace('NATIVE', () => (it.kind === 'screen' ? '' : native(root)));
  const control = `Package: ${name}
Version: ${version}
Architecture: ${it.kind === 'screen' ? 'all' : arch}
Maintainer: ${MAINTAINER}
Installed-Size: ${sizeKiB}
Priority: optional
${fields}
`;
  if (it.kind === 'runtime') return { control: [control, 0o644] };
  const own = `#!/bin/sh
set -e
package=${name} version=${version} unit=${it.unit} example='${it.example}' mode='${it.mode}' first=${it.first}
`;
  const part = (file) => readFileSync(join(ROOT, 'systemd/debian', file), 'utf8');
  const scripts = ['preinst', 'prerm', 'postinst', 'postrm'].map((script) => [
    script,
    [`${own}\n${part('common')}\n${part(script)}`, 0o755],
  ]);
  return {
    control: [control, 0o644],
    ...Object.fromEntries(scripts),
    ...(it.kind === 'screen'
      ? {
          conffiles: [
            '/etc/pam.d/gopay-pos-kiosk\n/etc/chromium/policies/managed/gopay-pos-kiosk.json\n',
            0o644,
          ],
        }
      : // Debian 12 has its systemd in /lib, 13 in /usr/lib.
        {
          triggers: [
            'interest-noawait /lib/systemd/systemd\ninterest-noawait /usr/lib/systemd/systemd\n',
            0o644,
          ],
        }),
  };
}

/** What is alike in several packages. */
export const SHARED = {
  launcher: `#!/bin/sh
# Ours where it is installed (Debian 12), and else Debian's own, which Depends keeps at the ABI of the native modules.
[ ! -x /usr/lib/gopay-pos-node/node ] || exec /usr/lib/gopay-pos-node/node "$@"
exec /usr/bin/node "$@"
`,
  command: `#!/bin/sh
exec /usr/lib/gopay-pos/node /usr/lib/gopay-pos/dist/gopay-pos.cjs "$@"
`,
  changelog: (name, version) => `${name} (${version}) stable; urgency=medium

  * What has changed: .github/CHANGELOG.md of the source.

 -- ${MAINTAINER}  Tue, 01 Dec 2026 00:00:00 +0000
`,
  copyright: (name, licence) => `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: gopay-pos

Files: *
Copyright: 2026 the gopay-pos authors
License: Expat
${licence
  .trim()
  .split('\n')
  .slice(4)
  .map((line) => ` ${line.trim() === '' ? '.' : line}`)
  .join('\n')}
${
  name === 'gopay-pos-node'
    ? '\nFiles: usr/lib/gopay-pos-node/*\nCopyright: Node.js contributors\nLicense: Node\n The whole text is /usr/lib/gopay-pos-node/LICENSE.\n'
    : '\nFiles: usr/lib/gopay-pos/node_modules/*\nCopyright: the authors of each package\nLicense: each\n Each package has its own licence beside it, or names it in its package.json.\n'
}`,
  overrides: {
    program: (name) => `# sharp brings libvips as one library, found by its own relative path.
${name}: custom-library-search-path
${name}: embedded-library
`,
    runtime: (name) => `# Node brings its libraries within, as its makers build it.
${name}: embedded-library
`,
  },
};
