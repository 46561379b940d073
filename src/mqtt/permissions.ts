import { parseTopic, TOPIC_ROOT, type TopicLeaf } from './topics.js';

/** Who a client of the embedded broker is, once it has proved it. */
export type BrokerIdentity =
  | { readonly role: 'terminal'; readonly merchant: string }
  /** Sees how every terminal is, and may write nothing. */
  | { readonly role: 'operator' }
  /** May read and write everything below {@link TOPIC_ROOT}. */
  | { readonly role: 'relay' };

/** Bytes. A state message is at most 16 KiB, and nothing of ours is longer. */
export const PAYLOAD_MAX_BYTES = 65_536;

/** A terminal reads exactly its own notices, without wildcards; an operator states and presences, of all or of some. Pure. */
export function maySubscribe(identity: BrokerIdentity, clientId: string, filter: string): boolean {
  if (identity.role === 'operator') return STATES.test(filter);
  return isOfRelay(identity, filter) || isOwn(identity, clientId, filter, 'notice');
}

const STATES = new RegExp(
  `^${TOPIC_ROOT}/([A-Za-z0-9_-]{1,64}|\\+)/([A-Za-z0-9_-]{1,64}|\\+)/(state|presence)$`,
);

/** A terminal writes its own state and presence and nothing else, retained or not. Pure. */
export function mayPublish(identity: BrokerIdentity, clientId: string, topic: string): boolean {
  return (
    isOfRelay(identity, topic) ||
    isOwn(identity, clientId, topic, 'state') ||
    mayLeaveWill(identity, clientId, topic)
  );
}

/** A will stands on the client's own presence or nowhere: it is published when the client can be asked no more. */
export function mayLeaveWill(identity: BrokerIdentity, clientId: string, topic: string): boolean {
  return isOwn(identity, clientId, topic, 'presence');
}

function isOfRelay({ role }: BrokerIdentity, topic: string): boolean {
  return role === 'relay' && topic.startsWith(`${TOPIC_ROOT}/`);
}

function isOwn(identity: BrokerIdentity, clientId: string, text: string, leaf: TopicLeaf): boolean {
  const topic = parseTopic(text);
  if (identity.role !== 'terminal' || topic?.merchant !== identity.merchant) return false;
  return topic.terminal === clientId && topic.leaf === leaf;
}
