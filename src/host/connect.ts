import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

const LEAST_MS = 1_000;
const MOST_MS = 5_000;

/**
 * How long a connection may take to one of several addresses of a name, before the next is tried. Node gives each 250 ms
 * (RFC 8305 means the delay before a second attempt beside the first, Node ends the first): a line whose round trip takes
 * longer, as mobile and satellite lines do, then connects to no address at all. A quarter of the request's own time leaves room
 * for the address that follows one that is dead. Holds for HTTP and for MQTT, in the whole process.
 * @param requestMs the time of one whole request, connecting included
 */
export function useConnectTime(requestMs: number): void {
  setDefaultAutoSelectFamilyAttemptTimeout(connectTimeMs(requestMs));
}

export function connectTimeMs(requestMs: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, Math.floor(requestMs / 4)));
}
