import { FAULT } from '../../src/core/fault/table.js';
import type { LineLoss } from '../kit/line.js';

/** Why the machine's line is not there, with its number. */
export function describeLoss(cause: LineLoss, why: string): string {
  return `E${codeOf(cause)} ${why}`;
}

function codeOf(cause: LineLoss): number {
  switch (cause) {
    case 'absent':
      return FAULT.machineNotConnected;
    case 'lost':
    case 'stuck':
      return FAULT.machineLineLost;
    case 'denied':
    case 'taken':
      return FAULT.machinePortTaken;
  }
}
