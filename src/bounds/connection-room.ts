import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

interface Connection {
  readonly socket: Socket;
  readonly ends: string;
  readonly address: string;
  /** The newest request until it is answered, or another protocol for good. */
  work?: IncomingMessage | 'upgraded' | undefined;
}

/**
 * So many connections at most. Where they are all taken, one more gets the place of one on which nothing is done: nothing was asked
 * yet, or not to its end, or all is answered. It is the one that is idle for longest, of the address that has most of them, so that
 * whoever opens one after the other takes his own places. What is being answered, a stream or a WebSocket keeps its place.
 */
export class ConnectionRoom {
  readonly #most: number;
  readonly #full: ((address: string) => void) | undefined;
  /** By both ends, which TLS has in common with the socket below it; the longest idle first. */
  readonly #connections = new Map<string, Connection>();

  /** @param full is told whose connection ends for another one */
  constructor(server: Server, most: number, full?: (address: string) => void) {
    this.#most = most;
    this.#full = full;
    // Several may be accepted before the first one that ends is gone.
    server.maxConnections = 2 * most;
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('request', (request, response) => {
      const connection = this.#connections.get(endsOf(request.socket));
      if (connection === undefined) return;
      connection.work = request;
      response.on('close', () => {
        if (connection.work === request) this.#rest(connection);
      });
    });
  }

  /** It speaks another protocol from now on. */
  upgraded(socket: Socket): void {
    const connection = this.#connections.get(endsOf(socket));
    if (connection !== undefined) connection.work = 'upgraded';
  }

  #add(socket: Socket): void {
    const connection = { socket, ends: endsOf(socket), address: socket.remoteAddress ?? '' };
    if (this.#connections.size >= this.#most) {
      const ended = this.#longestIdle() ?? connection;
      this.#full?.(ended.address);
      ended.socket.destroy();
      if (ended === connection) return;
      this.#connections.delete(ended.ends);
    }
    this.#connections.set(connection.ends, connection);
    socket.on('close', () => this.#remove(connection));
  }

  /** Unless its place, or its address and port, are another's by now. */
  #remove(connection: Connection): boolean {
    return this.#connections.get(connection.ends) === connection && this.#connections.delete(connection.ends);
  }

  #rest(connection: Connection): void {
    connection.work = undefined;
    if (this.#remove(connection)) this.#connections.set(connection.ends, connection);
  }

  #longestIdle(): Connection | undefined {
    const ofAddress = new Map<string, Connection[]>();
    for (const connection of this.#connections.values()) {
      const { address, work } = connection;
      // A request that is still being sent is no work yet: one byte a second would keep a place by it.
      if (work === 'upgraded' || work?.complete === true) continue;
      const idle = ofAddress.get(address);
      if (idle === undefined) ofAddress.set(address, [connection]);
      else idle.push(connection);
    }
    let most: readonly Connection[] = [];
    for (const idle of ofAddress.values()) if (idle.length > most.length) most = idle;
    return most[0];
  }
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
