/** A text for the person who connects it. */
interface Bilingual {
  readonly id: string;
  readonly en: string;
}

/** What a technician needs to know before the first byte, and what the configuration may choose from. */
export interface VendingDefinition {
  readonly kind: 'vending';
  /** `vending.protocol` in the configuration. */
  readonly model: string;
  readonly title: Bilingual;
  /** USB vendor and product in hex, where a board shows itself by USB and its numbers are known. */
  readonly usb?: readonly { readonly vendor: string; readonly product: string }[];
  /** Empty where there is no serial line. */
  readonly baudRates: readonly number[];
  readonly defaultBaudRate?: number;
  /** Port that the terminal listens on when the machine dials by LAN. */
  readonly defaultTcpPort?: number;
  readonly wiring: Bilingual;
  /** Menus and DIP switches of the machine and of the board between. */
  readonly settings: Bilingual;
  readonly trial: Bilingual;
}
