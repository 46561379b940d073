import { EXIT, superviseProcess } from '../host/process.js';
import type { Environment } from './environment.js';

/** Settles at the first Ctrl-C, SIGTERM or SIGHUP, or when the output is not read any more (`| head`). */
export function stopSignal({ clock, log }: Pick<Environment, 'clock' | 'log'>): Promise<void> {
  return new Promise((resolve) => {
    superviseProcess({ clock, log, drain: () => resolve() });
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exit(EXIT.unavailable);
      resolve();
    });
  });
}
