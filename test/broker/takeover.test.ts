import { describe, expect, it } from 'vitest';
import { FakeTime } from '../kit/time.js';
import { startEmbedded } from './kit/brokers.js';
import { AwaitedLog } from './kit/collect.js';
import { linkUp } from './kit/links.js';
import { Mosquitto } from './kit/mosquitto.js';
import { MERCHANT, RELAYS, TERMINALS } from './kit/people.js';
import { connack5, disconnect5, ScriptedBroker } from './kit/scripted-broker.js';
import { TcpLine } from './kit/tcp-line.js';

describe('two devices with one id', () => {
  it('are told by the word of MQTT 5, and the older one steps back for more than a minute', async () => {
    const broker = new ScriptedBroker(() => connack5(0));
    const time = new FakeTime();
    const { link, recorder, log } = await linkUp(await broker.open(), { clock: time, timers: time });
    const connect = await broker.connects.next();
    connect.socket.end(disconnect5(142));
    expect(await recorder.down()).toMatch(/^E604 another device uses the id T1/);
    expect(time.waiting()).toEqual([90_000]);
    expect(log.matching(/^warn E604/)).toHaveLength(1);
    await link.stop();
    await broker.close();
  });

  it('are guessed at without it when the fourth connection in a row is closed within ten seconds', async () => {
    const broker = await startEmbedded('memory', new AwaitedLog());
    const line = new TcpLine(broker.port);
    const time = new FakeTime();
    const { link, recorder } = await linkUp(await line.open(), { clock: time, timers: time });
    for (let n = 1; n <= 3; n += 1) {
      line.cut();
      expect(await recorder.down()).toMatch(/^E601 /);
      time.advance(time.waiting()[0] ?? 0);
      await recorder.up();
    }
    line.cut();
    expect(await recorder.down()).toMatch(/^E604 another device uses the id T1/);
    expect(time.waiting()).toEqual([90_000]);
    await link.stop();
    await line.close();
    await broker.dispose();
  });

  it('who is refused after that is told of the refusal: nobody else can be there with a token that was revoked', async () => {
    const broker = new ScriptedBroker((_connect, count) => connack5(count === 1 ? 0 : 135));
    const time = new FakeTime();
    const { link, recorder } = await linkUp(await broker.open(), { clock: time, timers: time });
    (await broker.connects.next()).socket.end(disconnect5(142));
    expect(await recorder.down()).toMatch(/^E604 /);
    time.advance(time.waiting()[0] ?? 0);
    expect(await recorder.down()).toMatch(/^E602 /);
    await link.stop();
    await broker.close();
  });

  it('who is pushed out now and then only says so while he is linked', async () => {
    const broker = new ScriptedBroker(() => connack5(0));
    const time = new FakeTime();
    const { link, recorder } = await linkUp(await broker.open(), { clock: time, timers: time });
    for (let n = 1; n <= 4; n += 1) {
      const { socket } = await broker.connects.next();
      expect(recorder.states.all.at(-1)).toEqual({ up: true });
      time.advance(20_000);
      socket.end();
      expect(await recorder.down()).toMatch(/^E601 connection closed/);
      time.advance(time.waiting()[0] ?? 0);
      await recorder.up();
    }
    const contested = expect.stringMatching(
      /^up, but .* 4 times in 10 min: another device with the id T1\?$/,
    );
    expect(recorder.states.all.at(-1)).toEqual({ up: true, contested });
    await link.stop();
    await broker.close();
  });

  it('do not fight for ever on Mosquitto', async () => {
    const broker = await Mosquitto.start({ terminals: TERMINALS, merchant: MERCHANT, relays: RELAYS });
    const times = [new FakeTime(), new FakeTime()] as const;
    const first = await linkUp(broker.url, { clock: times[0], timers: times[0] });
    const second = await linkUp(broker.url, { clock: times[1], timers: times[1] });
    let pushed = { device: first, time: times[0] };
    let pushing = { device: second, time: times[1] };
    // Mosquitto 2.0.21 tells the older one at its first loss; 2.0.11 does not, and it takes four losses of one of them.
    for (let losses = 1; ; losses += 1) {
      const why = await pushed.device.recorder.down();
      if (why.startsWith('E604')) break;
      expect(losses).toBeLessThan(8);
      pushed.time.advance(pushed.time.waiting()[0] ?? 0);
      await pushed.device.recorder.up();
      [pushed, pushing] = [pushing, pushed];
    }
    expect(pushed.time.waiting()).toEqual([90_000]);
    expect(pushing.device.recorder.states.all.at(-1)).toEqual({ up: true });
    await first.link.stop();
    await second.link.stop();
    await broker.dispose();
  });
});
