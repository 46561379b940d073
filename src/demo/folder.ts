import { connect } from 'node:net';
import { join } from 'node:path';

/**
 * The folder of a demo, or the first one in it where no demo runs: two of them cannot share a journal, a broker and keys.
 * A demo that runs answers at its control socket.
 */
export async function freeFolder(folder: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const next = number === 1 ? folder : join(folder, `demo-${number}`);
    if (!(await answers(join(next, 'control.sock')))) return next;
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => end(true));
    // Not there, or left behind by one that was killed.
    socket.on('error', () => end(false));
  });
}
