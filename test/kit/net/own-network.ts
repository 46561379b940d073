import { execFileSync } from 'node:child_process';
import { loadKoffi } from '../../../src/host/koffi.js';

const CLONE_NEWNET = 0x40000000;

/**
 * From here on this process and all that it starts have a network of their own, with nothing but a loopback: every port is
 * free there, 80 and 443 too. For files that have a process each; there is no way back.
 * @param addresses that it has besides 127.0.0.1 and ::1
 * @throws Error where this machine gives no network namespace: without one nothing is shown, and that must not look good
 */
export function enterOwnNetwork(addresses: readonly string[]): void {
  const unshare = loadKoffi().load('libc.so.6').func('int unshare(int flags)') as (flags: number) => number;
  if (unshare(CLONE_NEWNET) !== 0) throw new Error('a network namespace is needed here: run this as root');
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const address of addresses) execFileSync('ip', ['address', 'add', address, 'dev', 'lo']);
}
