import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { ROOT } from './source.js';

it('takes a Python for one only when it has what node-gyp imports, which python3-minimal has not', async () => {
  const { hasPython } = (await import(pathToFileURL(join(ROOT, '.setup', 'program.mjs')).href)) as {
    hasPython: (command?: string) => boolean;
  };
  const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-python-'));
  const python = (script: string): string => {
    writeFileSync(join(folder, 'python3'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'python3'), 0o755);
    return join(folder, 'python3');
  };
  try {
    expect(hasPython(join(folder, 'python3'))).toBe(false);
    expect(hasPython(python('case "$2" in *multiprocessing*) exit 1;; esac'))).toBe(false);
    expect(hasPython(python('exit 0'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
