import { FAULT } from '../core/fault/table.js';
import type { ControlCommand, Family } from './answer.js';
import { owed } from './owed.js';
import { reconcile } from './reconcile.js';
import { reprint } from './reprint.js';
import { say } from './say.js';
import { shift } from './shift.js';
import { slots } from './slots.js';
import { acceptLoss, cancel, status } from './status.js';
import { test } from './test.js';
import { why } from './why.js';

function single(usage: string, about: string, run: ControlCommand): Family {
  return { help: [{ usage, about }], run };
}

/** What a technician can ask of a running terminal, by first word. Ready-made for the command line's help, too. */
export const COMMANDS: Readonly<Record<string, Family>> = {
  status: single('status', 'what the terminal is doing, and whether it may sell', status),
  why: {
    help: [
      { usage: 'why ORDER', about: 'the story of one sale' },
      { usage: `why E${FAULT.qrMismatch}`, about: 'what the fault with that number is, and what to do' },
    ],
    run: why,
  },
  owed: {
    help: [
      { usage: 'owed', about: 'money taken and nothing given: what is to be handed over or given back' },
      {
        usage: 'owed resolve ORDER --how refunded|delivered|other --note "..." [--by NAME]',
        about: 'takes a sale off that list',
      },
    ],
    run: owed,
  },
  shift: {
    help: [
      { usage: 'shift', about: 'totals of the open shift' },
      { usage: 'shift close [N] [--by NAME]', about: 'closes it, prints the slip' },
      { usage: 'shift reprint [N]', about: 'prints the slip of a closed shift, marked COPY; the last one' },
    ],
    run: shift,
  },
  reprint: {
    help: [{ usage: 'reprint [ORDER]', about: 'prints the slip of a sale again, marked COPY; the last one' }],
    run: reprint,
  },
  slots: {
    help: [
      { usage: 'slots', about: 'slots of the vending machine that failed, and which sell nothing more' },
      { usage: 'slots clear SLOT [--machine NAME] [--by NAME]', about: 'it is mended: it sells again' },
    ],
    run: slots,
  },
  reconcile: {
    help: [
      {
        usage: 'reconcile [N] [--csv FILE]',
        about: 'compares a shift (the last closed one) with Midtrans, and with an export (CSV)',
      },
    ],
    run: reconcile,
  },
  test,
  say,
  cancel: single('cancel', 'gives up the open sale, as the cancel key does', cancel),
  'accept-loss': single(
    'accept-loss',
    `sell again after a damaged journal, or a broken law (E${FAULT.lawBroken}), was looked at`,
    acceptLoss,
  ),
};
