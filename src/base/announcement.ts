import type { Rupiah } from './rupiah.js';

/** What a speaker says, as a value. It is told in the languages that the speaker is set to. */
export type Announcement =
  /** `again`: said once more on request. It begins with a word that tells it from a new payment. */
  | { readonly say: 'paid'; readonly amount: Rupiah; readonly again: boolean }
  /** For a technician. It never sounds like a payment. */
  | { readonly say: 'test' };
