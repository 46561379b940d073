import {
  closeSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Files that one user alone may read (0600), and that are on disk when the call returns. What root writes belongs to whom the folder
 * belongs to: a person types a command, and the service has to read what it left.
 * @throws Error of the system
 */
export function appendLine(file: string, line: string): void {
  const fd = openSync(file, 'a', 0o600);
  try {
    ours(fd, file);
    // In one write: lines of two processes never mix.
    writeSync(fd, `${line}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The whole of it or nothing. */
export function replaceFile(file: string, text: string): void {
  const part = writePart(file, text);
  renameSync(part, file);
  syncFolder(file);
}

/** @returns false where there is such a file: of two who make it at once, on a shared folder as well, one does. */
export function createFile(file: string, text: string): boolean {
  const part = writePart(file, text);
  try {
    linkSync(part, file);
    syncFolder(file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  } finally {
    unlinkSync(part);
  }
}

function writePart(file: string, text: string): string {
  const part = `${file}.${process.pid}.part`;
  const fd = openSync(part, 'w', 0o600);
  try {
    ours(fd, file);
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return part;
}

function ours(fd: number, file: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(file));
  fchownSync(fd, uid, gid);
}

function syncFolder(file: string): void {
  const fd = openSync(dirname(file), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
