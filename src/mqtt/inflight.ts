import type { PublishOutcome } from '../port/publisher.js';

/** One QoS 1 publish on its way: told exactly once what became of it. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  settle(outcome: PublishOutcome): void;
}

/** More than this waiting for room means that the broker has stopped answering; a caller had better hear it now. */
const QUEUE_MAX = 1000;

/**
 * The QoS 1 publishes of one connection: at most `window` without their PUBACK (the broker's Receive Maximum; one that
 * is exceeded may disconnect us with reason 147, and MQTT.js does not count), the others wait for room.
 */
export class InFlight {
  readonly #send: (outgoing: Outgoing) => void;
  /** In the order in which they left, which is that of their PUBACKs. Not a Map: V8 keeps what one has held until the next full collection. */
  readonly #unacknowledged: { readonly packetId: number; readonly outgoing: Outgoing }[] = [];
  readonly #queue: Outgoing[] = [];
  #window = 20;

  /** @param send writes it to the socket now, and calls {@link sent} with its packet id before it returns. */
  constructor(send: (outgoing: Outgoing) => void) {
    this.#send = send;
  }

  setWindow(receiveMaximum: number): void {
    this.#window = receiveMaximum;
  }

  /** Sends it, now or when there is room. @returns a function that takes it back if it has not left yet. */
  offer(outgoing: Outgoing): () => void {
    if (this.#queue.length >= QUEUE_MAX) {
      outgoing.settle({ kind: 'unanswered', why: `${QUEUE_MAX} publishes wait for the broker` });
      return () => {};
    }
    this.#queue.push(outgoing);
    this.#pump();
    return () => {
      const at = this.#queue.indexOf(outgoing);
      if (at >= 0) this.#queue.splice(at, 1);
    };
  }

  sent(packetId: number, outgoing: Outgoing): void {
    this.#unacknowledged.push({ packetId, outgoing });
  }

  /** @param reason of MQTT 5; undefined with 3.1.1. */
  acknowledged(packetId: number, reason: number | undefined): void {
    const at = this.#unacknowledged.findIndex((one) => one.packetId === packetId);
    const [known] = at < 0 ? [] : this.#unacknowledged.splice(at, 1);
    known?.outgoing.settle(readPuback(reason));
    this.#pump();
  }

  /** The connection is over: nothing of this is sent any more, and of what was sent the fate is unknown. */
  abandon(why: string): void {
    const all = [...this.#unacknowledged.map(({ outgoing }) => outgoing), ...this.#queue];
    this.#unacknowledged.length = 0;
    this.#queue.length = 0;
    for (const outgoing of all) outgoing.settle({ kind: 'unanswered', why });
  }

  #pump(): void {
    while (this.#unacknowledged.length < this.#window) {
      const outgoing = this.#queue.shift();
      if (outgoing === undefined) return;
      this.#send(outgoing);
    }
  }
}

/** MQTT 5 says 16 when there is no matching subscriber; a plain success proves no more than that the broker has it. */
function readPuback(reason: number | undefined): PublishOutcome {
  if (reason === 16) return { kind: 'acknowledged', reached: false };
  if (reason !== undefined && reason >= 128) return { kind: 'refused', reason };
  return { kind: 'acknowledged' };
}
