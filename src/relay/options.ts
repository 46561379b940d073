import { assert } from '../base/assert.js';
import type { Rupiah } from '../base/rupiah.js';
import type { Network } from '../bounds/network.js';
import type { FleetBox } from '../mqtt/fleet.js';
import { isTopicId } from '../mqtt/topics.js';
import type { Publisher } from '../port/publisher.js';
import type { Runtime } from '../port/runtime.js';
import type { EnrolmentDoor } from './enrolment-door.js';
import type { FleetDoor } from './fleet-door.js';
import type { RefundLimits, RefundLines } from './refund-book.js';
import type { Terminals } from './terminals.js';
import type { UpstreamTimeouts } from './upstream.js';

export interface MerchantLimits {
  /** Largest single charge of any terminal. */
  readonly maxAmount: Rupiah;
  /** A terminal. */
  readonly chargesPerMinute: number;
  /** Of any kind, repeated charges and pictures too. */
  readonly requestsPerMinute: number;
}

export interface RelayLimits extends MerchantLimits {
  /** Relays that serve these terminals, this one included; each lets its share of what is counted pass. 1 by default. */
  readonly relays?: number;
}

export interface BrokerLoad {
  /** Now. */
  readonly connections: number;
  /** Since the start, because there were too many. */
  readonly turnedAway: number;
}

/** What terminals say of themselves, for whoever has the token. */
export interface FleetView {
  readonly boxes: () => readonly FleetBox[];
  readonly tokenSha256: string;
}

/** An account at Midtrans, and whose terminals charge to it. */
export interface MerchantOptions {
  /** The merchant's level in the topics: letters, digits, `_` and `-`. */
  readonly merchant: string;
  readonly serverKey: string;
  /** Midtrans' Core API without `/v2`, or the sandbox. */
  readonly upstreamUrl: string;
  /** Of this merchant alone; `/notify` by default. */
  readonly notifyPath?: string;
  /** The same for every door of this relay; may be told of a new list while it runs. */
  readonly terminals: Terminals;
  readonly limits: MerchantLimits;
  /** Without it no terminal can refund. */
  readonly refund?: RefundLimits & { readonly lines: RefundLines };
  /** Where notifications go that are not of our terminals; Midtrans keeps them without it. */
  readonly forwardUrl?: string;
}

/** With its first merchant, which for most relays is the only one. */
export interface RelayOptions extends Runtime, MerchantOptions {
  /** Undefined: every connection is made straight. */
  readonly network?: Network | undefined;
  readonly limits: RelayLimits;
  /** Beside the first. */
  readonly others?: readonly MerchantOptions[];
  /** Without it no box can enrol here. */
  readonly enrolment?: EnrolmentDoor;
  /** Without it nobody is told how the terminals are. */
  readonly fleet?: FleetView;
  /** Without it there is no page of them. */
  readonly fleetPage?: FleetDoor;
  /** How Midtrans and the terminals reach this relay; the address it listens at when absent (demo, tests). */
  readonly publicUrl?: string;
  /** By which a look from outside knows that it came here, and not to another machine; /healthz tells it. */
  readonly instance?: string;
  /** Without it customers' phones get no receipts. */
  readonly receipt?: { readonly requestsPerMinute: number };
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** 15 s by default, for headers and body together, and a second for looking. */
  readonly requestTimeoutMs?: number;
  /** Connections at once; 4,000 by default. One more ends one that is idle. */
  readonly connectionsMost?: number;
  /** Started and stopped by its maker; its own bound is within the 5 s in which Midtrans asks for an answer. */
  readonly publisher: Publisher;
  /** How many relays show themselves at the broker, this one included. */
  readonly relaysHeard?: () => number;
  /** What the embedded broker bears, where there is one. */
  readonly brokerLoad?: () => BrokerLoad;
  readonly timeouts?: Partial<UpstreamTimeouts>;
  /** 20 minutes by default: the life of a QR and some slack. */
  readonly noticeLifeMs?: number;
}

/** @throws Misuse for a name or address that is none */
export function checkMerchant(options: MerchantOptions, notifyPath: string): void {
  assert(isTopicId(options.merchant), `not a merchant id for a topic: ${options.merchant}`);
  assert(/^\/[A-Za-z0-9/._~-]*$/.test(notifyPath), `not a path: ${notifyPath}`);
  assert(options.serverKey !== '', 'a relay has a server key');
  checkUrl('upstreamUrl', options.upstreamUrl);
  checkUrl('forwardUrl', options.forwardUrl ?? 'http://localhost');
}

/** @throws Misuse */
export function checkUrl(name: string, text: string): void {
  assert(URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), `${name} is not an http(s) address`);
  assert(
    new URL(text).username === '' && new URL(text).password === '',
    `${name} must not hold a credential`,
  );
}
