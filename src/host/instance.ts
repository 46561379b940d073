import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Eight hex digits that tell this program from the same one on another machine or at another port, and are the same after a
 * restart: what a broker keeps by a name that is new each time it keeps for ever (NATS, after a crash of both).
 * @param port where it listens
 */
export function instanceName(port: number, machineIdFile = '/etc/machine-id'): string {
  let machineId = '';
  try {
    machineId = readFileSync(machineIdFile, 'utf8').trim();
  } catch {
    // In a container there may be none; there the name of the host is one of its own.
  }
  return hash('sha256', `gopay-pos-relay ${machineId} ${hostname()} ${port}`).slice(0, 8);
}
