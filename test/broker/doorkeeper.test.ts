import type { Client } from 'aedes';
import { describe, expect, it } from 'vitest';
import { Doorkeeper } from '../../src/mqtt/doorkeeper.js';
import { noticeTopic, presenceTopic, stateTopic } from '../../src/mqtt/topics.js';
import { AwaitedLog } from './kit/collect.js';
import { identify, MERCHANT } from './kit/people.js';

/** Asks as aedes does. @returns the error, or undefined when it may be published. */
function ask(client: Client | null, topic: string, clientId?: string): unknown {
  const { authorizePublish } = new Doorkeeper(identify, new AwaitedLog()).hooks();
  const packet = {
    cmd: 'publish',
    topic,
    payload: Buffer.from('x'),
    qos: 1,
    retain: true,
    dup: false,
  } as const;
  let answer: unknown = 'none';
  authorizePublish(client, { ...packet, ...(clientId === undefined ? {} : { clientId }) }, (error) => {
    answer = error ?? undefined;
  });
  return answer;
}

describe('a will that the broker finds after its own restart, when its client has not come back', () => {
  it('is published on the presence topic of that client', () => {
    expect(ask(null, presenceTopic(MERCHANT, 'T1'), 'T1')).toBeUndefined();
  });

  it('is published nowhere else', () => {
    expect(ask(null, presenceTopic(MERCHANT, 'T2'), 'T1')).toBeInstanceOf(Error);
    expect(ask(null, noticeTopic(MERCHANT, 'T1'), 'T1')).toBeInstanceOf(Error);
    expect(ask(null, presenceTopic(MERCHANT, 'T1'))).toBeInstanceOf(Error);
  });
});

describe('a client whom nobody let in', () => {
  it('may publish nothing, its own state neither', () => {
    const stranger = { id: 'T1' } as Client;
    expect(ask(stranger, stateTopic(MERCHANT, 'T1'))).toBeInstanceOf(Error);
    expect(ask(stranger, noticeTopic(MERCHANT, 'T1'))).toBeInstanceOf(Error);
  });
});
