import type { ServerResponse } from 'node:http';
import type { Timers } from '../../../src/port/clock.js';
import { encodeEnded, type JsonAnswer } from '../json/answer.js';

/** Events that are kept for those who lost their connection. */
const KEPT = 256;
const MOST_READERS = 8;
/** A comment at least this often, so that proxies and readers see that the line lives. */
const ALIVE_MS = 15_000;
/** More than this unread, and the other side does not read. */
const MOST_UNSENT_BYTES = 64 * 1024;

interface Event {
  readonly number: number;
  readonly text: string;
}

/** Events as a stream (HTML, section 9.2): those of the JSON protocol, numbered since this start. */
export class EventStream {
  readonly #timers: Timers;
  /** Sets numbers of this start apart from those of another. */
  readonly #start: string;
  readonly #kept: Event[] = [];
  readonly #readers = new Set<ServerResponse>();
  #number = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(timers: Timers, start: string) {
    this.#timers = timers;
    this.#start = start;
  }

  /** Whether somebody reads them. */
  get read(): boolean {
    return this.#readers.size > 0;
  }

  get full(): boolean {
    return this.#readers.size >= MOST_READERS;
  }

  tell(message: Readonly<Record<string, unknown>>): void {
    this.#number += 1;
    const { msg: _, ...data } = message;
    const id = `${this.#start}-${this.#number}`;
    const text = `id: ${id}\nevent: ${String(data['event'])}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#kept.push({ number: this.#number, text });
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const reader of this.#readers) this.#write(reader, text);
  }

  /** The answer to a charge is this program's alone; to its readers it is the end of a sale. */
  ended(answer: JsonAnswer): void {
    this.tell(JSON.parse(Buffer.from(encodeEnded(answer)).toString('utf8')));
  }

  /**
   * One more reader, whose head has been sent.
   * @param last the id of the last event that it has; where what came after it is not known any more, the first event is
   *   `missed`, and it has to look at its sales
   */
  join(reader: ServerResponse, last: string | undefined): void {
    this.#readers.add(reader);
    reader.on('close', () => {
      this.#readers.delete(reader);
      if (this.#readers.size > 0) return;
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
    });
    reader.write('retry: 1000\n\n');
    if (last !== undefined) this.#catchUp(reader, last);
    if (this.#cancelTimer === undefined) this.#keepAlive();
  }

  end(): void {
    this.#cancelTimer?.();
    for (const reader of this.#readers) reader.destroy();
  }

  #catchUp(reader: ServerResponse, last: string): void {
    const [start, number = ''] = last.split('-');
    const seen = start === this.#start && /^\d{1,15}$/.test(number) ? Number(number) : Number.NaN;
    const oldest = this.#kept[0]?.number ?? this.#number + 1;
    if (!(seen + 1 >= oldest && seen <= this.#number))
      reader.write('event: missed\ndata: {"event":"missed"}\n\n');
    for (const event of this.#kept) if (!(event.number <= seen)) this.#write(reader, event.text);
  }

  #keepAlive(): void {
    this.#cancelTimer = this.#timers.after(ALIVE_MS, () => {
      for (const reader of this.#readers) this.#write(reader, ': still here\n\n');
      this.#keepAlive();
    });
  }

  #write(reader: ServerResponse, text: string): void {
    if (reader.writableLength > MOST_UNSENT_BYTES) reader.destroy();
    else reader.write(text);
  }
}
