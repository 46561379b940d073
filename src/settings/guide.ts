/** A text for the person who connects a device. */
export interface Bilingual {
  readonly id: string;
  readonly en: string;
}

/** What a technician needs to know before the first byte. Each part is one or more lines. */
export interface Guide {
  readonly title: Bilingual;
  readonly wiring: Bilingual;
  /** Menus, DIP switches and system settings of the other side, and what must match them here. */
  readonly setup: Bilingual;
  readonly trial: Bilingual;
}

/** The parts of a guide in the order in which they are read, with their headings. */
export const GUIDE_PARTS: readonly {
  readonly part: Exclude<keyof Guide, 'title'>;
  readonly heads: Bilingual;
}[] = [
  { part: 'wiring', heads: { id: 'Kabel', en: 'Wiring' } },
  { part: 'setup', heads: { id: 'Pengaturan', en: 'Settings' } },
  { part: 'trial', heads: { id: 'Percobaan pertama', en: 'First trial' } },
];
