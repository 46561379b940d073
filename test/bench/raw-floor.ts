import { commitMs } from './raw-commit.js';

// For the tracer: a process that does nothing but commit rows. DIRECTORY COUNT BYTES.
commitMs(process.argv[2] ?? '', Number(process.argv[3]), Number(process.argv[4]));
