import { HoldingParser } from '../../kit/frame-parser.js';
import { apduLength, type LinkEvent, LONGEST_APDU } from './apdu.js';

/** First bytes of everything that a register may say. */
const CLASSES: ReadonlySet<number> = new Set([0x04, 0x05, 0x06, 0x08, 0x0f, 0x80, 0x84]);

/**
 * Cuts APDUs out of a TCP stream by their length: there is no mark, checksum or acknowledgement. Where a stream was
 * spoiled all the same, bytes that cannot begin an APDU are passed over. It holds at most one APDU.
 */
export class StreamParser extends HoldingParser<LinkEvent> {
  silence(): LinkEvent[] {
    const events: LinkEvent[] = [];
    if (this.held.length > 0)
      events.push({ kind: 'bad', why: 'unfinished', bytes: Uint8Array.from(this.held) });
    this.noise.flush(events);
    this.reset();
    return events;
  }

  protected settle(events: LinkEvent[]): void {
    if (!CLASSES.has(this.held[0] ?? 0)) return this.noise.takeFrom(this.held);
    const length = apduLength(this.held);
    if (length === undefined) return;
    if (length > LONGEST_APDU) {
      events.push({ kind: 'bad', why: 'length', bytes: Uint8Array.from(this.held) });
      this.held = [];
      return;
    }
    if (this.held.length < length) return;
    this.noise.flush(events);
    events.push({ kind: 'apdu', apdu: Uint8Array.from(this.held) });
    this.held = [];
  }
}
