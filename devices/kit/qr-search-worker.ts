import { writeFileSync } from 'node:fs';
import { type Fault, messageOf, temporary } from '../../src/base/fault.js';
import { err, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import { type ScaleJob, scalePicture } from './picture-scale.js';
import { type SearchLog, searchPicture } from './qr-search.js';

/** What this process is sent: a picture to be searched, or one to be made small. */
export type ToWorker = Uint8Array | ScaleJob;

/** What this process sends: lines for the log, and then what it found. */
export type FromWorker =
  | { readonly say: 'info' | 'debug'; readonly text: string }
  | { readonly found: Result<string, Fault> };

function send(message: FromWorker): void {
  process.send?.(message);
}

const log: SearchLog = {
  info: (text) => send({ say: 'info', text: typeof text === 'string' ? text : text() }),
  debug: (text) => send({ say: 'debug', text: typeof text === 'string' ? text : text() }),
};

/** The process of qr-search-process.ts: reads one picture after the other until the terminal goes away. */
process.on('message', (work: ToWorker) => {
  const done = 'from' in work ? scalePicture(work) : searchPicture(work, log);
  done
    // sharp or the decoder cannot be loaded.
    .catch((thrown: unknown) => err(temporary(FAULT.qrSearchFailed, messageOf(thrown))))
    .then((found) => send({ found }));
});

try {
  // Where memory runs out the kernel takes this process, and not the terminal.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch (thrown) {
  log.debug(`oom_score_adj: ${messageOf(thrown)}`);
}
