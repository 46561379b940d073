import { BlockList, createServer, isIP, type Server, type Socket } from 'node:net';
import type { Log } from '../../src/port/log.js';

/**
 * Who may call: this machine itself, and the addresses and networks (`192.168.1.20`, `192.168.1.0/24`) that are named.
 * What comes over these lines carries no password, so that being on the network must not be enough.
 */
export function admission(callers: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  list.addAddress('::1', 'ipv6');
  for (const caller of callers) {
    const [address = '', bits] = caller.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (remote) => {
    // As a socket that listens for both kinds says it.
    const address = remote.replace(/^::ffff:(?=\d+\.)/i, '');
    const kind = isIP(address);
    return kind !== 0 && list.check(address, kind === 6 ? 'ipv6' : 'ipv4');
  };
}

/** A server for devices on the LAN: those that may not call are turned away before a byte of theirs is read. */
export function admittingServer(
  options: { readonly name: string; readonly log: Log; readonly callers: readonly string[] | undefined },
  accept: (socket: Socket, address: string) => void,
): Server {
  const { name, log, callers = [] } = options;
  const admits = admission(callers);
  return createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 }, (socket) => {
    const address = socket.remoteAddress ?? '';
    // A reset before anything else listened for it must not end the process.
    socket.on('error', (error) => log.debug(`${name} ${address}: ${error.message}`));
    if (admits(address)) return accept(socket, address);
    log.warn(`${name} turned ${address} away: it is none of the callers that may`);
    socket.destroy();
  });
}
