import { createServer } from 'node:net';
import { FAULT } from '../core/fault/table.js';
import { type Finding, fail, pass } from './check.js';

/** Where a program will listen. */
export interface ListenPlace {
  readonly what: string;
  readonly host: string;
  /** 0 is always to be had. */
  readonly port: number;
}

/** Listens for a moment. */
export function portFinding({ what, host, port }: ListenPlace): Promise<Finding> {
  const of = `${what} ${host}:${port}`;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(fail(FAULT.portTaken, error.message, of)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(pass('free', of))));
  });
}
