import type { Fault } from '../../../src/base/fault.js';
import { ok, type Result } from '../../../src/base/result.js';
import { formatRupiah } from '../../../src/base/rupiah.js';
import type { ChooseScreen, Help, Screen, Words } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { ScreenWords } from '../../kit/device.js';
import { encodeQrMatrix, type QrMatrix, QUIET_ZONE } from '../../kit/qr-matrix.js';
import { DISPLAY_PHRASES, inLanguages, minutes, ownerLines, TEST_PAYLOAD, TEST_WORDS } from '../phrases.js';

/** Black on white, whatever colours the terminal has; where bright white is not known, the plain one before it holds. */
const BLACK_ON_WHITE = '\x1b[30;47;107m';
const NORMAL = '\x1b[0m';

/** Neither, upper, lower, both modules dark. */
const BLOCKS = [' ', '▀', '▄', '█'] as const;

/** Lines of text, and which of them tells the time that is left. */
export interface ConsolePage {
  readonly lines: readonly string[];
  readonly countdownAt?: number;
  /** Columns and rows that the code needs; a smaller terminal shows a part of it, which cannot be scanned. */
  readonly needs?: { readonly columns: number; readonly rows: number };
  /** Why there is no code although there should be. */
  readonly wrong?: string;
}

export function pageOf(screen: Screen, { language, shop }: ScreenWords): ConsolePage {
  const say = (words: Words): string[] => inLanguages(words, language).map(clean);
  switch (screen.show) {
    case 'idle': {
      const head = [
        clean(screen.shop === '' ? shop : screen.shop),
        ...say(DISPLAY_PHRASES.pay),
        screen.terminal,
      ];
      const note = screen.note === undefined ? [] : say(screen.note);
      const { lines } = plain([...head, ...note]);
      return { lines: [...lines, ...(screen.lines ?? []).map(clean)] };
    }
    case 'choose':
      return choosePage(screen, say);
    case 'entering': {
      const typed = screen.amount > 0 ? DISPLAY_PHRASES.amount : DISPLAY_PHRASES.type;
      const hint = screen.hint === undefined ? [] : say(screen.hint);
      return plain([...say(typed), formatRupiah(screen.amount), ...hint]);
    }
    case 'wait':
      return plain([formatRupiah(screen.amount), ...say(screen.words)]);
    case 'scan':
      return scanPage(screen, say);
    case 'paid': {
      const notes = screen.notes.flatMap(say);
      const head = [say(DISPLAY_PHRASES.paid).join(' / '), formatRupiah(screen.amount), ...notes];
      return plain([...head, ...quotable(screen)]);
    }
    case 'closed': {
      const number = screen.code === undefined ? [] : [`E${screen.code}`];
      const verdict = screen.unsure ? [] : say(DISPLAY_PHRASES.notPaid);
      const notes = (screen.notes ?? []).flatMap(say);
      const head = [...say(screen.words), ...verdict, formatRupiah(screen.amount), ...number, ...notes];
      return withHelp([...head, ...quotable(screen)], screen.help, say);
    }
    case 'owed': {
      const head = [...say(DISPLAY_PHRASES.received), formatRupiah(screen.amount)];
      return withHelp([...head, ...say(screen.words), ...quotable(screen)], screen.help, say);
    }
    case 'outOfService': {
      const { closed, words, code, notes = [], help } = screen;
      const title = closed === undefined ? say(DISPLAY_PHRASES.outOfService) : [closed.shop];
      const number = code === undefined ? [] : [`E${code}`];
      return withHelp([...title, ...say(words), ...notes.flatMap(say), ...number], help, say);
    }
  }
}

function quotable({ number, orderId }: { readonly number?: string; readonly orderId?: string }): string[] {
  const short = number === undefined ? [] : [`No. ${number}`];
  return [...short, ...(orderId === undefined ? [] : [orderId])];
}

/** Whom to call stands at the end; the code that opens WhatsApp behind it, where a small terminal may cut it. */
function withHelp(
  lines: readonly string[],
  help: Help | undefined,
  say: (words: Words) => string[],
): ConsolePage {
  const page = plain([...lines, ...(help?.lines ?? []).map(clean)]);
  const code = help?.link === undefined ? undefined : halfBlocks(help.link);
  if (!code?.ok) return page;
  const drawn = code.value.map((line) => `${BLACK_ON_WHITE}${line}${NORMAL}`);
  return { lines: [...page.lines, ...say(DISPLAY_PHRASES.writeToUs), ...drawn] };
}

/** What a technician, or a customer at a keypad, sees to choose from: a line a product, its number first. */
function choosePage(screen: ChooseScreen, say: (words: Words) => string[]): ConsolePage {
  const { products, cart, typed, hint, donation, page, pages } = screen;
  const offered = products.map(({ number, name, price, unavailable }) => {
    const why = unavailable === undefined ? '' : ` (${say(unavailable).join(' / ')})`;
    return `${number}  ${say(name).join(' / ')}  ${formatRupiah(price)}${why}`;
  });
  const chosen = (cart?.lines ?? []).map(({ quantity, name }) => `${quantity} x ${say(name).join(' / ')}`);
  const head = say(donation === undefined ? DISPLAY_PHRASES.choose : DISPLAY_PHRASES.give).join(' / ');
  return {
    lines: [
      `${head}  ${page}/${pages}`,
      '',
      ...offered,
      '',
      ...chosen,
      ...(cart === undefined || chosen.length === 0 ? [] : [`= ${formatRupiah(cart.sum)}`, '']),
      ...(typed === undefined ? [] : [`> ${typed.digits}`]),
      ...(hint === undefined ? [] : say(hint)),
    ],
  };
}

export function consoleTestPage(): ConsolePage {
  return withCode([TEST_WORDS.id, TEST_WORDS.en], TEST_PAYLOAD, []);
}

/** The line that tells the time. */
export function countdownLine(screen: Extract<Screen, { show: 'scan' }>): string {
  return `${formatRupiah(screen.amount)}   ${minutes(screen.leftMs)}`;
}

function scanPage(screen: Extract<Screen, { show: 'scan' }>, say: (words: Words) => string[]): ConsolePage {
  if (screen.leftMs <= 0) return plain([formatRupiah(screen.amount), ...say(DISPLAY_PHRASES.timeUp)]);
  const head = [say(DISPLAY_PHRASES.scan).join(' / '), countdownLine(screen)];
  const owner = ownerLines(screen).map(clean);
  const foot = [...owner, clean(screen.orderId), ...screen.notes.flatMap(say)];
  const page = withCode(head, screen.payload, foot);
  return { ...page, countdownAt: 1 };
}

function withCode(head: readonly string[], payload: string, foot: readonly string[]): ConsolePage {
  const code = halfBlocks(payload);
  if (!code.ok) {
    const instead = [DISPLAY_PHRASES.noCode.id, DISPLAY_PHRASES.noCode.en, `E${FAULT.qrNotDrawable}`];
    return { lines: [...head, '', ...instead, '', ...foot], wrong: code.error.detail };
  }
  const drawn = code.value.map((line) => `${BLACK_ON_WHITE}${line}${NORMAL}`);
  const lines = [...head, ...drawn, ...foot];
  return { lines, needs: { columns: code.value[0]?.length ?? 0, rows: head.length + drawn.length } };
}

function plain(lines: readonly string[]): ConsolePage {
  return { lines: lines.flatMap((line) => [line, '']) };
}

/** A shop's name must not be able to send commands to a technician's terminal. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/**
 * A code as lines of characters, each two modules high: one column a module, error correction L, because rows are what a
 * terminal has fewest of. The quiet zone of four is part of it.
 * @returns FAULT.qrNotPayment when the payload is none
 */
function halfBlocks(payload: string): Result<readonly string[], Fault> {
  const encoded = encodeQrMatrix(payload, 'low');
  if (!encoded.ok) return encoded;
  const { size } = encoded.value;
  const lines: string[] = [];
  for (let row = -QUIET_ZONE; row < size + QUIET_ZONE; row += 2) {
    let line = '';
    for (let column = -QUIET_ZONE; column < size + QUIET_ZONE; column += 1) {
      const upper = dark(encoded.value, row, column);
      const lower = dark(encoded.value, row + 1, column);
      line += BLOCKS[(upper ? 1 : 0) + (lower ? 2 : 0)];
    }
    lines.push(line);
  }
  return ok(lines);
}

function dark({ size, modules }: QrMatrix, row: number, column: number): boolean {
  if (row < 0 || column < 0 || row >= size || column >= size) return false;
  return modules[row * size + column] === 1;
}
