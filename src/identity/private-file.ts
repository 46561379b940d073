import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Files that one user alone may read (0600), and that are on disk when the call returns. What root writes belongs to whom the folder
 * belongs to: a person types a command, and the service has to read what it left.
 * @throws Error of the system: a disk that has become full takes a part of the line
 */
export function appendLine(file: string, line: string): void {
  written(file, 'a+', (fd) => {
    // In one write: lines of two processes never mix. What a power cut, a full disk or a person left without an end swallows none.
    writeFileSync(fd, `${endsInLine(fd) ? '' : '\n'}${line}\n`);
  });
}

/** The whole of it or nothing. */
export function replaceFile(file: string, text: string): void {
  withPart(file, text, (part) => renameSync(part, file));
}

/** @returns false where there is such a file: of two who make it at once, on a shared folder as well, one does. */
export function createFile(file: string, text: string): boolean {
  try {
    withPart(file, text, (part) => linkSync(part, file));
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

/** With those above it that are missing; for the same user as its files are. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  asOwner(folder, (uid, gid) => lchownSync(folder, uid, gid));
}

/** A name of its own: containers that share a folder have the same process ids. */
function withPart(file: string, text: string, use: (part: string) => void): void {
  const part = `${file}.${randomBytes(8).toString('hex')}.part`;
  try {
    written(part, 'wx', (fd) => writeFileSync(fd, text));
    use(part);
    syncFolder(file);
  } finally {
    rmSync(part, { force: true });
  }
}

function written(file: string, flags: 'a+' | 'wx', write: (fd: number) => void): void {
  const fd = openSync(file, flags, 0o600);
  try {
    asOwner(file, (uid, gid) => fchownSync(fd, uid, gid));
    write(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function endsInLine(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last.toString() === '\n');
}

/** For root alone, who may give away what he makes. */
function asOwner(path: string, give: (uid: number, gid: number) => void): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  give(uid, gid);
}

function syncFolder(file: string): void {
  const fd = openSync(dirname(file), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
