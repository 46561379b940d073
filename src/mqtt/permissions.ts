import { parseTopic, TOPIC_ROOT } from './topics.js';

/** Who a client of the embedded broker is, once it has proved it. */
export type BrokerIdentity =
  | { readonly role: 'terminal'; readonly merchant: string }
  /** May read and write everything below {@link TOPIC_ROOT}. */
  | { readonly role: 'relay' };

/** Bytes. A state message is at most 16 KiB, and nothing of ours is longer. */
export const PAYLOAD_MAX_BYTES = 65_536;

/** A terminal reads exactly its own notices, without wildcards. Pure. */
export function maySubscribe(identity: BrokerIdentity, clientId: string, filter: string): boolean {
  if (identity.role === 'relay') return filter.startsWith(`${TOPIC_ROOT}/`);
  const topic = parseTopic(filter);
  if (topic === undefined || !isOwn(topic, identity.merchant, clientId)) return false;
  return topic.leaf === 'notice';
}

/** A terminal writes its own state and nothing else, retained or not. Pure. */
export function mayPublish(identity: BrokerIdentity, clientId: string, topicName: string): boolean {
  if (identity.role === 'relay') return topicName.startsWith(`${TOPIC_ROOT}/`);
  const topic = parseTopic(topicName);
  if (topic === undefined || !isOwn(topic, identity.merchant, clientId)) return false;
  return topic.leaf === 'state';
}

/** A will stands on the client's own state topic or nowhere: it is published when the client can be asked no more. */
export function mayLeaveWill(identity: BrokerIdentity, clientId: string, topicName: string): boolean {
  if (identity.role === 'relay') return false;
  const topic = parseTopic(topicName);
  return topic !== undefined && isOwn(topic, identity.merchant, clientId) && topic.leaf === 'state';
}

function isOwn(
  topic: { readonly merchant: string; readonly terminal: string },
  merchant: string,
  clientId: string,
): boolean {
  return topic.merchant === merchant && topic.terminal === clientId;
}
