import type { Typed } from '../../devices/display/kiosk/messages.js';
import type { Key } from '../base/key.js';
import { serviceUrl } from '../settings/places.js';

/** What is typed at a box that waits for its code. */
export interface SetUpEntry {
  readonly field: 'code' | 'relay';
  /** Letters and digits, as they are in codes. */
  readonly code: string;
  readonly relay: string;
}

export interface EntryStep {
  readonly entry: SetUpEntry;
  /** OK was pressed: `go` where all is there, and `wrong` where it is not. */
  readonly ok?: 'go' | 'wrong';
}

const ONLY_SCHEME = 'https://';
const LONGEST_ADDRESS = 200;
/** Of a code in digits; one of letters has nine. */
const LONGEST_CODE = 14;

/** @param relay as the configuration has it */
export function emptyEntry(relay: string | undefined): SetUpEntry {
  return { field: relay === undefined ? 'relay' : 'code', code: '', relay: relay ?? ONLY_SCHEME };
}

/** Pure. @param isRelaySet the address stands in the configuration, and nobody types another one */
export function typeAt(entry: SetUpEntry, typed: Key | Typed, isRelaySet: boolean): EntryStep {
  if (typeof typed === 'object')
    return { entry: 'type' in typed ? append(entry, typed.type) : fieldOf(entry, typed.field, isRelaySet) };
  switch (typed) {
    case 'back':
      return { entry: { ...entry, [entry.field]: entry[entry.field].slice(0, -1) } };
    case 'clear':
    case 'cancel':
      return { entry: { ...entry, [entry.field]: entry.field === 'code' ? '' : ONLY_SCHEME } };
    case 'enter':
      return entered(entry);
    default:
      return { entry: append(entry, typed) };
  }
}

/** The address that is asked; undefined where it is none. */
export function typedAddress({ relay }: SetUpEntry): string | undefined {
  const read = serviceUrl().read(/^https?:\/\//.test(relay) ? relay : `${ONLY_SCHEME}${relay}`);
  return read.ok ? read.value : undefined;
}

function entered(entry: SetUpEntry): EntryStep {
  const hasCode = entry.code.length === 9 || /^\d{14}$/.test(entry.code);
  const hasRelay = typedAddress(entry) !== undefined;
  if (hasCode && hasRelay) return { entry, ok: 'go' };
  const isRight = entry.field === 'code' ? hasCode : hasRelay;
  // On to the other one, which is still to be typed.
  if (isRight) return { entry: { ...entry, field: hasCode ? 'relay' : 'code' } };
  return { entry, ok: 'wrong' };
}

function fieldOf(entry: SetUpEntry, field: SetUpEntry['field'], isRelaySet: boolean): SetUpEntry {
  return field === 'relay' && isRelaySet ? entry : { ...entry, field };
}

/** What cannot be in it is not taken: dashes, and letters that no code has. What looks alike is what it looks like. */
function append(entry: SetUpEntry, text: string): SetUpEntry {
  if (entry.field === 'relay') {
    const pasted = /^https?:\/\//.test(text) ? text : `${entry.relay}${text}`;
    return { ...entry, relay: pasted.replace(/[^!-~]/g, '').slice(0, LONGEST_ADDRESS) };
  }
  const plain = text.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return { ...entry, code: `${entry.code}${plain.replace(/[^0-9A-TV-Z]/g, '')}`.slice(0, LONGEST_CODE) };
}
