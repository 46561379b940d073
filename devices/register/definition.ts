/** A text for the person who connects it. */
export interface Bilingual {
  readonly id: string;
  readonly en: string;
}

/** What a technician needs to know before the first byte, and what the configuration may choose from. */
export interface RegisterDefinition {
  readonly kind: 'register';
  /** `register.protocol` in the configuration; a profile of the fixed frame adds `register.profile`. */
  readonly protocol: 'fixed-frame' | 'zvt' | 'json';
  readonly title: Bilingual;
  readonly baudRates: readonly number[];
  readonly defaultBaudRate: number;
  /** Port that the terminal listens on when the register dials by LAN. */
  readonly defaultTcpPort: number;
  readonly wiring: Bilingual;
  readonly settings: Bilingual;
  readonly trial: Bilingual;
}
