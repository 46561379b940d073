import type { Notice } from '../base/notice.js';
import type { PublishOutcome } from './publisher.js';

export type LinkState =
  /** `contested`: it came back, and there are signs that another device goes by our id. */
  { readonly up: true; readonly contested?: string } | { readonly up: false; readonly why: string };

export interface LinkHandlers {
  /**
   * Called once a message. The broker gets its acknowledgement when this has returned, so it returns only after the
   * journal has the notice; if it throws, nothing is acknowledged and the process ends.
   */
  notice(notice: Notice): void;
  /** Each change; `up` after every (re)connect with a granted subscription. */
  state(state: LinkState): void;
}

/** The terminal's subscription to its notices. */
export interface Link {
  start(handlers: LinkHandlers): void;
  /** Retained, JSON; the newest wins. Kept and sent again after a reconnect. */
  publishState(state: object): void;
  /** Whether there is somebody who would take an event. */
  readonly up: boolean;
  /** QoS 1, not retained; acknowledged is what the broker has written down. Bounded in time; never rejects. */
  publishEvent(event: string): Promise<PublishOutcome>;
  stop(): Promise<void>;
}
