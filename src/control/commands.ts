import type { Family } from './answer.js';
import { bundle } from './bundle.js';
import { doctor } from './doctor.js';
import { maintenance } from './maintenance.js';
import { owed } from './owed.js';
import { products } from './products.js';
import { reconcile } from './reconcile.js';
import { reprint } from './reprint.js';
import { config, restart } from './restart.js';
import { report, sales } from './sales.js';
import { say } from './say.js';
import { shift } from './shift.js';
import { slots } from './slots.js';
import { acceptLoss, cancel, status } from './status.js';
import { tail } from './tail.js';
import { test } from './test.js';
import { webhooks } from './webhooks.js';
import { why } from './why.js';

/** What a technician can ask of a running terminal, by first word, in the order of the command line's help. */
export const COMMANDS: Readonly<Record<string, Family>> = {
  status,
  doctor,
  bundle,
  why,
  tail,
  owed,
  shift,
  sales,
  report,
  reprint,
  maintenance,
  slots,
  products,
  webhooks,
  reconcile,
  test,
  say,
  cancel,
  restart,
  config,
  'accept-loss': acceptLoss,
};
