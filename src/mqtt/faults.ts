import type { FLEET_FAULTS } from '../core/fault/fleet.js';
import type { RELAY_FAULTS } from '../core/fault/relay.js';
import type { NumberOf } from '../core/fault/row.js';

/** What went wrong between us and the broker, and under which number a technician finds it. */
export interface MqttTrouble {
  readonly code: NumberOf<typeof RELAY_FAULTS> | NumberOf<typeof FLEET_FAULTS>;
  readonly detail: string;
}

/** `FAULT.idTakenOver another device ...`, as it stands in logs and in the `why` of a link that is down. */
export function troubleText(trouble: MqttTrouble): string {
  return `E${trouble.code} ${trouble.detail}`;
}
