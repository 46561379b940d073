import {
  DISCOVERY_ROOT,
  discoveryTopic,
  EVENT_FILTER,
  HOME_ASSISTANT_STATUS,
  isTopicId,
  parseTopic,
  TOPIC_ROOT,
  type TopicLeaf,
} from './topics.js';

interface Revocable {
  /** Whether the credential still opens the door; who has none of this stays as long as he likes. */
  readonly holds?: () => boolean;
  /** Whether it has merely ended, so that the same box may come back with another. */
  readonly mayReturn?: () => boolean;
  /** When it was made and ends, in seconds since 1970; absent of one that does not say. */
  readonly life?: { readonly issuedAtS: number; readonly endsAtS: number };
  /** What tells a token that does not say from the next one. */
  readonly credential?: string;
}

/** Who a client of the embedded broker is, once it has proved it. */
export type BrokerIdentity =
  | ({ readonly role: 'terminal'; readonly merchant: string } & Revocable)
  /** Sees how every terminal is; with `commands` he writes what he has signed, and reads the answers; with `events` what happens. */
  | ({
      readonly role: 'operator';
      readonly commands: boolean;
      readonly events?: boolean;
      /** Is a Home Assistant: reads what it shall show, and says that it is there. */
      readonly homeAssistant?: boolean;
      /** Whose terminals he sees alone; without it those of all. */
      readonly merchant?: string;
    } & Revocable)
  /** Hears what happens at every terminal, and may write nothing. */
  | ({ readonly role: 'listener' } & Revocable)
  /** May read and write everything below {@link TOPIC_ROOT}. */
  | { readonly role: 'relay' };

/** Bytes. A state message is at most 16 KiB, and nothing of ours is longer. */
export const PAYLOAD_MAX_BYTES = 65_536;

/**
 * A terminal reads exactly its own notices, commands and configuration, without wildcards; an operator states and presences, replies
 * where he commands and events where he may, of all or of some. Pure.
 */
export function maySubscribe(identity: BrokerIdentity, clientId: string, filter: string): boolean {
  if (identity.role === 'listener') return filter === EVENT_FILTER;
  if (identity.role === 'operator') {
    if (filter.startsWith(`${DISCOVERY_ROOT}/`)) return identity.homeAssistant === true;
    const [, merchant, , leaf] = SEEN_BY_OPERATORS.exec(filter) ?? [];
    if (identity.merchant !== undefined && merchant !== identity.merchant) return false;
    if (leaf === 'event') return identity.events === true;
    return leaf !== undefined && (leaf !== 'reply' || identity.commands);
  }
  return isOfRelay(identity, filter) || isOwn(identity, clientId, filter, ['notice', 'command', 'config']);
}

const SEEN_BY_OPERATORS = new RegExp(
  `^${TOPIC_ROOT}/([A-Za-z0-9_-]{1,64}|\\+)/([A-Za-z0-9_-]{1,64}|\\+)/(state|presence|reply|event)$`,
);

/**
 * A terminal writes its own state, presence, replies and events, retained or not, and what Home Assistant shall show of it; an operator
 * commands and configurations, where he may. Pure.
 */
export function mayPublish(identity: BrokerIdentity, clientId: string, topic: string): boolean {
  if (identity.role === 'operator') {
    if (topic === HOME_ASSISTANT_STATUS) return identity.homeAssistant === true;
    const { merchant, leaf = '' } = parseTopic(topic) ?? {};
    if (identity.merchant !== undefined && merchant !== identity.merchant) return false;
    return identity.commands && /^(command|config)$/.test(leaf);
  }
  if (
    identity.role === 'terminal' &&
    isTopicId(clientId) &&
    topic === discoveryTopic(identity.merchant, clientId)
  )
    return true;
  return (
    isOfRelay(identity, topic) || isOwn(identity, clientId, topic, ['state', 'presence', 'reply', 'event'])
  );
}

/**
 * A will stands on the client's own presence or nowhere, Home Assistant's where it says that it is there: it is published when the client
 * can be asked no more.
 */
export function mayLeaveWill(identity: BrokerIdentity, clientId: string, topic: string): boolean {
  if (identity.role === 'operator') return topic === HOME_ASSISTANT_STATUS && identity.homeAssistant === true;
  return isOwn(identity, clientId, topic, ['presence']);
}

function isOfRelay({ role }: BrokerIdentity, topic: string): boolean {
  return role === 'relay' && topic.startsWith(`${TOPIC_ROOT}/`);
}

function isOwn(
  identity: BrokerIdentity,
  clientId: string,
  text: string,
  leaves: readonly TopicLeaf[],
): boolean {
  const topic = parseTopic(text);
  if (identity.role !== 'terminal' || topic?.merchant !== identity.merchant) return false;
  return topic.terminal === clientId && leaves.includes(topic.leaf);
}
