/** What a person can press, whatever the pad calls it. */
export type Key =
  | '0'
  | '1'
  | '2'
  | '3'
  | '4'
  | '5'
  | '6'
  | '7'
  | '8'
  | '9'
  | '00'
  | '000'
  | 'back'
  | 'clear'
  | 'cancel'
  | 'enter';

export const KEYS: readonly Key[] = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '00',
  '000',
  'back',
  'clear',
  'cancel',
  'enter',
];

export function isKey(text: string): text is Key {
  return (KEYS as readonly string[]).includes(text);
}
