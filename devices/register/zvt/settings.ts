/** What differs between the shops and registers that speak ZVT. */
export interface ZvtSettings {
  /** Numeric ISO 4217 code, four digits: what an amount without a currency is read as. 0360 is the rupiah. */
  readonly currency: string;
  /** Decimals of the amounts on the wire: 2 after ISO 4217, 0 for registers that send whole rupiah. */
  readonly minorUnits: 2 | 0;
  /** Minutes from UTC to the shop's clocks. */
  readonly zoneMinutes: number;
  /** Up to 15 characters. */
  readonly merchantId?: string;
  /** Digits, the last eight count. */
  readonly terminalId?: string;
}
