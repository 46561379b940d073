import { getSystemErrorName } from 'node:util';
import { type Fault, messageOf } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { loadKoffi } from './koffi.js';
import type { Datagram } from './notify.js';

/** sun_path of sockaddr_un, unix(7). */
const LONGEST_PATH = 108;
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
/** Values of Linux, the same on every processor that Node 20 runs on but MIPS. */
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  sendto(
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    to: Uint8Array,
    toLength: number,
  ): number;
  errno(): number;
}

/**
 * Opens the way to the service manager that NOTIFY_SOCKET names; undefined when it names none.
 *
 * Node has no datagram sockets of the unix family. `systemd-notify` would cost a process a message and send from a pid
 * that NotifyAccess=main refuses, so libc is called directly (koffi), and only where there is a socket to write to.
 * @returns FAULT.systemdUnreachable when the value cannot be used, or libc not be called.
 */
export function openNotifySocket(
  env: Readonly<Record<string, string | undefined>>,
): Result<Datagram | undefined, Fault> {
  const path = env['NOTIFY_SOCKET'];
  if (path === undefined || path === '') return ok(undefined);
  return openDatagram(path);
}

/** Opens the way to a datagram socket of the unix family. @returns FAULT.systemdUnreachable as {@link openNotifySocket} */
export function openDatagram(path: string): Result<Datagram, Fault> {
  const address = addressOf(path);
  if (!address)
    return unusable(
      `socket ${path} is neither an absolute path nor @name of at most ${LONGEST_PATH - 1} bytes`,
    );
  let libc: Libc;
  try {
    libc = loadLibc();
  } catch (thrown) {
    return unusable(`koffi cannot call libc: ${messageOf(thrown)}`);
  }
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return unusable(`no socket for systemd: ${getSystemErrorName(-libc.errno())}`);
  // The socket lives as long as the process: its end is the end of the notifications.
  return ok((bytes) => {
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    const sent = libc.sendto(fd, bytes, bytes.length, flags, address, address.length);
    if (sent === bytes.length) return ok(undefined);
    const errno = libc.errno();
    return err({ errno, name: getSystemErrorName(-errno) });
  });
}

/** A sockaddr_un without padding; a leading `@` is the abstract namespace, written as a NUL byte (sd_notify(3)). */
function addressOf(path: string): Uint8Array | undefined {
  const name = Buffer.from(path, 'utf8');
  const absolute = path.startsWith('/') || (path.startsWith('@') && path.length > 1);
  if (!absolute || name.length >= LONGEST_PATH) return undefined;
  const address = new Uint8Array(2 + name.length);
  // sun_family is in the processor's own byte order.
  address.set(new Uint8Array(new Uint16Array([AF_UNIX]).buffer));
  address.set(name, 2);
  if (path.startsWith('@')) address[2] = 0;
  return address;
}

function loadLibc(): Libc {
  const koffi = loadKoffi();
  // null: the symbols of this very process, so whichever libc Node is linked with.
  const library = koffi.load(null);
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    // ssize_t is a long on every Linux.
    sendto: library.func(
      'long sendto(int fd, const uint8_t *bytes, size_t length, int flags, const uint8_t *to, uint32_t toLength)',
    ),
    errno: () => koffi.errno(),
  };
}

function unusable(detail: string): Result<never, Fault> {
  return err({ kind: 'refused', code: FAULT.systemdUnreachable, detail });
}
