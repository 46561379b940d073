/** Whatever comes out of the printer, as a document: widths and commands are known to printers only. */
export interface Slip {
  readonly kind: 'qr' | 'no-qr' | 'receipt' | 'owed' | 'unpaid' | 'shift' | 'test' | 'lines';
  /** Marked COPY / SALINAN by the composer when the same slip may have been printed before. */
  readonly copy: boolean;
  readonly orderId?: string;
  readonly lines: readonly SlipLine[];
  /** These lines are the top of a slip whose rest is not known yet. */
  readonly rest?: 'follows';
}

export type SlipLine =
  | {
      readonly put: 'text';
      readonly text: string;
      readonly align?: 'left' | 'centre' | 'right';
      /** `big` is double width and height. */
      readonly size?: 'normal' | 'big';
      readonly bold?: boolean;
      /** It has columns of its own: its blanks are kept, as far as the paper is wide enough. */
      readonly columns?: true;
    }
  /** Left and right on one line; the left part gives way where the paper is too narrow. */
  | { readonly put: 'pair'; readonly left: string; readonly right: string; readonly bold?: boolean }
  | { readonly put: 'rule' }
  | { readonly put: 'feed'; readonly lines: number }
  /** The EMV payload; at most 512 bytes of UTF-8, printable. Drawn module-exact with a quiet zone of four. */
  | { readonly put: 'qr'; readonly payload: string };
