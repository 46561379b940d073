import { choice, integer, list } from './kinds.js';
import { caller, host, path } from './places.js';
import { defaulted } from './schema.js';

export const BAUD = choice(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200);
export const DEVICE = path();
export const PORT = integer(1, 65_535);
/** A port that we listen on; 0 lets the system choose. */
export const OWN_PORT = integer(0, 65_535);

/** Where registers and machines dial: this machine only, unless the file says who else. */
export const LISTEN = defaulted(
  host(),
  '127.0.0.1',
  'Address to listen on. Another than a loopback address needs callers.',
);
export const CALLERS = defaulted(
  list(caller(), 16),
  [],
  'Who may call besides this machine: their addresses. What they send carries no password, so keep them on a network of their own; what is said on this line gives no money back.',
);
