/** The report of one closed shift. */
export interface ReportPost {
  /** The same for every try, and of no other shift. */
  readonly name: string;
  /** The same for every try. */
  readonly text: string;
}

/** `taken`: it is out. Otherwise it is tried again; it may be out all the same. */
export type ReportAnswer = { readonly taken: true } | { readonly taken: false; readonly why: string };

/** One way by which reports go out: a folder, a mailer. */
export interface ReportWay {
  /** By this the journal knows what waits for it. */
  readonly name: string;
  /** Bounded in time; never rejects. */
  send(post: ReportPost): Promise<ReportAnswer>;
  /** Cuts what is under way. */
  stop(): void;
}
