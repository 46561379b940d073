import type { Fault } from '../base/fault.js';
import type { RELAY_FAULTS } from '../core/fault/relay.js';
import type { NumberOf } from '../core/fault/row.js';

/** The numbers of this room, in the block 6xx. */
export type MqttCode = NumberOf<typeof RELAY_FAULTS>;

/** What went wrong between us and the broker, and under which number a technician finds it. */
export interface MqttTrouble {
  readonly code: MqttCode;
  readonly detail: string;
}

/** `FAULT.idTakenOver another device ...`, as it stands in logs and in the `why` of a link that is down. */
export function troubleText(trouble: MqttTrouble): string {
  return `E${trouble.code} ${trouble.detail}`;
}

/** A trouble that ends a start: nothing listens, and the same again gives the same until something is changed. */
export function refusedStart(trouble: MqttTrouble): Fault {
  return { kind: 'refused', code: trouble.code, detail: trouble.detail };
}
