import { assert } from '../base/assert.js';

/** What may stand at one level of a topic: no dot (RabbitMQ reads it as a separator), no wildcard, no slash. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Above every topic of ours; relays have permission on `<this>/#`, terminals on their own leaves only. */
export const TOPIC_ROOT = 'gopay-pos/v1';

const LEAVES = ['notice', 'state', 'presence', 'command', 'config', 'reply', 'event'] as const;

export type TopicLeaf = (typeof LEAVES)[number];

/** Whether `text` can be a merchant, terminal or relay id in a topic: 1 to 64 of `A-Z a-z 0-9 _ -`. */
export function isTopicId(text: string): boolean {
  return ID.test(text);
}

/** Relay to terminal: the doorbell. QoS 1, not retained. @throws Misuse when an id has a forbidden character. */
export function noticeTopic(merchant: string, terminal: string): string {
  return topic(merchant, terminal, 'notice');
}

/** What a terminal says of itself; retained, and said again as a heartbeat. */
export function stateTopic(merchant: string, terminal: string): string {
  return topic(merchant, terminal, 'state');
}

/**
 * Whether a terminal is there; retained, the topic of its will. Beside the state: a will is fixed when the connection is
 * made, and on the topic of the state it would take away what the terminal said last, and with it what it owes.
 */
export function presenceTopic(merchant: string, terminal: string): string {
  return topic(merchant, terminal, 'presence');
}

/** Operator to terminal: what he has signed. QoS 1, not retained. */
export function commandTopic(merchant: string, terminal: string): string {
  return topic(merchant, terminal, 'command');
}

/** Operator to terminal: a configuration that he has signed. Retained, QoS 1. */
export function configTopic(merchant: string, terminal: string): string {
  return topic(merchant, terminal, 'config');
}

/** Terminal to operator: what became of it. QoS 1, not retained. @param terminal `+` for all of them */
export function replyTopic(merchant: string, terminal: string): string {
  return `${TOPIC_ROOT}/${merchant}/${terminal}/reply`;
}

/** What happened at a terminal, for other programs. QoS 1, not retained. */
export function eventTopic(merchant: string, terminal: string): string {
  return topic(merchant, terminal, 'event');
}

/** Events of every terminal, and nothing else of theirs. */
export const EVENT_FILTER = `${TOPIC_ROOT}/+/+/event`;

/** What says of every terminal how it is. @param merchant `+` for all of them */
export function fleetTopics(merchant: string): readonly string[] {
  return ['presence', 'state'].map((leaf) => `${TOPIC_ROOT}/${merchant}/+/${leaf}`);
}

/** Every topic that is of one terminal alone. */
export function ownTopics(merchant: string, terminal: string): readonly string[] {
  return [...LEAVES.map((leaf) => topic(merchant, terminal, leaf)), discoveryTopic(merchant, terminal)];
}

/** Above what Home Assistant is told to show, unless its `discovery_prefix` says another word. */
export const DISCOVERY_ROOT = 'homeassistant';

/** Where Home Assistant says that it is there (its birth message and will). */
export const HOME_ASSISTANT_STATUS = `${DISCOVERY_ROOT}/status`;

/**
 * Where a terminal tells Home Assistant what of its state there is to show; retained. The id is a level of its own, since Mosquitto's
 * `%u` is one; Home Assistant takes the level before it for a node id.
 */
export function discoveryTopic(merchant: string, terminal: string): string {
  assert(ID.test(merchant) && ID.test(terminal), `no two ids: ${merchant}, ${terminal}`);
  return `${DISCOVERY_ROOT}/device/gopay-pos-${merchant}/${terminal}/config`;
}

export interface TopicFields {
  readonly merchant: string;
  readonly terminal: string;
  readonly leaf: TopicLeaf;
}

/** The parts of one of our exact topics; undefined for any other topic and for every filter with a wildcard. */
export function parseTopic(text: string): TopicFields | undefined {
  const [root, version, merchant, terminal, leaf, ...more] = text.split('/');
  if (`${root}/${version}` !== TOPIC_ROOT || more.length > 0) return undefined;
  if (merchant === undefined || terminal === undefined || leaf === undefined) return undefined;
  if (!ID.test(merchant) || !ID.test(terminal) || !isLeaf(leaf)) return undefined;
  return { merchant, terminal, leaf };
}

function isLeaf(text: string): text is TopicLeaf {
  return LEAVES.some((leaf) => leaf === text);
}

function topic(merchant: string, terminal: string, leaf: TopicLeaf): string {
  const made = `${TOPIC_ROOT}/${merchant}/${terminal}/${leaf}`;
  assert(ID.test(merchant) && ID.test(terminal), `no two ids in the topic ${made}`);
  return made;
}
