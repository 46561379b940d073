import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { messageOf } from '../base/fault.js';
import type { Log } from '../port/log.js';
import { loadKoffi } from './koffi.js';

/** socket(7), unix(7); the same numbers on every processor that we run on. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** struct ucred: pid, uid, gid. */
const UCRED_BYTES = 12;

type GetSockOpt = (fd: number, level: number, name: number, value: Uint8Array, length: Uint32Array) => number;

/**
 * The user at the other end of a Unix socket, as the kernel knows him: `uid 1000 (pi)`. The caller cannot say
 * otherwise, but is root behind sudo. Node has no call for it, so libc is called directly (koffi), at a call.
 */
export function userOf(socket: Socket, log: Log): string {
  // Not in Node's own pages, and the only way to the descriptor.
  const fd = (socket as unknown as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
  const ucred = new Uint8Array(UCRED_BYTES);
  try {
    const koffi = loadKoffi();
    const getsockopt = koffi
      .load(null)
      .func(
        'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
      ) as GetSockOpt;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ucred, new Uint32Array([UCRED_BYTES])) !== 0)
      throw new Error(`errno ${koffi.errno()}`);
  } catch (thrown) {
    log.warn(`control: who calls is not known: ${messageOf(thrown)}`);
    return 'uid unknown';
  }
  const uid = new DataView(ucred.buffer).getInt32(4, new Uint8Array(new Uint16Array([1]).buffer)[0] === 1);
  const name = nameOf(uid);
  return name === undefined ? `uid ${uid}` : `uid ${uid} (${name})`;
}

function nameOf(uid: number): string | undefined {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines.map((line) => line.split(':')).find(([, , id]) => id === String(uid))?.[0];
  } catch {
    // The number says it as well.
    return undefined;
  }
}
