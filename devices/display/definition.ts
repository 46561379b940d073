/** A text for the person who connects it. */
interface Bilingual {
  readonly id: string;
  readonly en: string;
}

/** What a technician needs to know before the first picture. */
export interface DisplayDefinition {
  readonly kind: 'display';
  /** The table in terminal.toml. */
  readonly model: string;
  readonly title: Bilingual;
  readonly canShowQr: boolean;
  readonly wiring: Bilingual;
  /** DIP switches and system settings. */
  readonly settings: Bilingual;
  readonly trial: Bilingual;
}
