import { MqttLink, type MqttLinkOptions } from '../../../src/mqtt/link.js';
import { MqttPublisher, type MqttPublisherOptions } from '../../../src/mqtt/publisher.js';
import type { Timers } from '../../../src/port/clock.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';
import { AwaitedLog, LinkRecorder } from './collect.js';
import { MERCHANT, RELAYS, TERMINALS } from './people.js';
import { fixedRandom, PATIENCE_MS, realTime } from './time.js';

export interface TestLink {
  readonly link: MqttLink;
  readonly recorder: LinkRecorder;
  readonly log: AwaitedLog;
  readonly fatal: unknown[];
}

/** The link of T1, not started. */
export function makeLink(url: string, over: Partial<MqttLinkOptions> = {}): TestLink {
  const log = new AwaitedLog();
  const fatal: unknown[] = [];
  const link = new MqttLink({
    broker: { urls: [url] },
    merchant: MERCHANT,
    terminal: 'T1',
    password: TERMINALS.T1,
    ...realTime(),
    ...(over.timers === undefined ? { connectTimeoutMs: PATIENCE_MS } : {}),
    random: fixedRandom(),
    log,
    onFatal: (error) => fatal.push(error),
    ...over,
  });
  return { link, recorder: new LinkRecorder(), log, fatal };
}

/** The link of T1, up. */
export async function linkUp(url: string, over: Partial<MqttLinkOptions> = {}): Promise<TestLink> {
  const made = makeLink(url, over);
  made.link.start(made.recorder);
  await pastVersion5(made.log, over.timers);
  await made.recorder.up();
  return made;
}

/** A broker that closes at MQTT 5 is dialled again after a pause, which a clock of the test's own has to pass over. */
async function pastVersion5(log: AwaitedLog, timers: Timers | undefined): Promise<void> {
  if (!(timers instanceof FakeTime)) return;
  const answered = /<- CONNACK|E60|does not speak MQTT 5/;
  await until('an answer to MQTT 5', () => log.matching(answered).length > 0);
  if (log.matching(/does not speak MQTT 5 \((?!Connection refused)/).length > 0)
    timers.advance(timers.waiting()[0] ?? 0);
}

/** Starts it, and waits for its first verdict. */
export async function startPublisher(
  { publisher, log }: ReturnType<typeof makePublisher>,
  timers?: Timers,
): Promise<void> {
  const judged = publisher.start();
  await pastVersion5(log, timers);
  await judged;
}

export function makePublisher(
  url: string,
  over: Partial<MqttPublisherOptions> = {},
): { readonly publisher: MqttPublisher; readonly log: AwaitedLog } {
  const log = new AwaitedLog();
  const publisher = new MqttPublisher({
    broker: { urls: [url] },
    userName: 'relay1',
    merchant: MERCHANT,
    password: RELAYS.relay1,
    ...realTime(),
    ...(over.timers === undefined ? { ackTimeoutMs: PATIENCE_MS, connectTimeoutMs: PATIENCE_MS } : {}),
    random: fixedRandom(),
    log,
    ...over,
  });
  return { publisher, log };
}
