import { describe, expect, it } from 'vitest';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { noticeTopic } from '../../../src/mqtt/topics.js';
import type { RunningBroker } from './brokers.js';
import { Child } from './child.js';
import { someNotice } from './collect.js';
import { someEvent } from './event-suite.js';
import { linkUp } from './links.js';
import { MERCHANT } from './people.js';

/** `RELAY_KILLS=20 npm test -- broker/shipped broker/rabbitmq broker/nats -t "a relay"` kills so many relays, and prints the figures. */
const KILLS = Number(process.env['RELAY_KILLS'] ?? 1);
const NOTICES = 64;
const EVENTS = 24;

export function askRelayKilled(name: string, broker: () => RunningBroker): void {
  describe(`a relay at ${name}, killed ${KILLS} times in the midst of notices and events`, () => {
    it('leaves nothing behind that it has answered 200 for, and nothing that a terminal takes for told', async () => {
      const { url } = broker();
      const { link, recorder } = await linkUp(url);
      const [answered, told] = [new Set<string>(), new Set<string>()];
      const relays: Child[] = [];
      const next = async (): Promise<Child> => {
        const relay = await Child.start('./relay-child.ts', [url]);
        relays.push(relay);
        await relay.lines.nextWhere((line) => line === 'up');
        return relay;
      };
      const lines = (first: string): string[] =>
        relays
          .flatMap(({ lines: { all } }) => all)
          .filter((line) => line.startsWith(first))
          .map((line) => line.slice(first.length));
      for (let kill = 0; kill < KILLS; kill += 1) {
        const relay = await next();
        // Another moment each time: after the first that came of it, or after many.
        let left = 1 + ((kill * 37 + 11) % (NOTICES + EVENTS));
        const sent = new Set<string>();
        for (let n = 0; n < NOTICES; n += 1) {
          const notice = someNotice();
          sent.add(notice.id);
          relay.say(`${noticeTopic(MERCHANT, 'T1')} ${encodeNotice(notice)}`);
        }
        const events = Array.from({ length: EVENTS }, async () => {
          const { id, body } = someEvent();
          sent.add(id);
          if ((await link.publishEvent(body)).kind === 'acknowledged') told.add(id);
        });
        const isOfThis = (line: string): boolean => [...sent].some((id) => line.includes(id));
        for (; left > 0; left -= 1) await relay.lines.nextWhere(isOfThis);
        await relay.kill();
        await Promise.all(events);
      }
      const last = await next();
      const heard = (): Set<string> => new Set(recorder.notices.all.map(({ id }) => id));
      const missing = (): string[] => {
        for (const payload of lines('200 ')) answered.add((JSON.parse(payload) as { id: string }).id);
        const [atTerminal, atReceiver] = [heard(), new Set(lines('event '))];
        return [
          ...[...answered].filter((id) => !atTerminal.has(id)),
          ...[...told].filter((id) => !atReceiver.has(id)),
        ];
      };
      await expect.poll(missing).toEqual([]);
      expect(answered.size + told.size).toBeGreaterThan(KILLS);
      if (process.env['RELAY_KILLS'] !== undefined)
        process.stdout.write(
          `${name}: ${KILLS} relays killed, ${answered.size} answered 200, ${told.size} events told, ${missing().length} lost\n`,
        );
      await last.kill();
      await link.stop();
    });
  });
}
