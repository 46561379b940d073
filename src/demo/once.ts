import { messageOf } from '../base/fault.js';
import type { Sale } from '../core/sale/sale.js';
import type { Timers } from '../port/clock.js';
import { readQr } from '../sandbox/midtrans/picture.js';
import type { Demo } from './demo.js';

/** How long one whole sale may take, of which most is starting up. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 50;

/**
 * One sale without a browser: the keys go in at the pad, the customer scans the paper and pays, and the result is what
 * the journal says. @throws when it does not come to its end, with the reason.
 */
export async function sellOnce(demo: Demo, amount: number, timers: Timers) {
  const until = waiter(timers);
  const { terminal, journal } = demo.terminal;
  await until('the terminal to be ready', () => terminal.state().readiness.ready || undefined);
  // A sale that Ctrl-C left open has no customer any more, and would keep the terminal for the life of its QR.
  terminal.cancelOpen('demo');
  await until('sales of an earlier run to end', () => terminal.state().open === undefined || undefined);
  demo.typist.type([...String(amount), 'enter']);
  const opened = await until('a sale', () => terminal.state().open);
  const { orderId } = opened;
  const now = (): Sale => journal.sale(orderId) ?? opened;
  const payload = await until('a QR on paper', () => scan(demo, orderId, now()));
  const paid = demo.sandbox.payScanned(payload);
  if (!paid.ok) throw new Error(`the customer could not pay: ${JSON.stringify(paid.error)}`);
  const ended = await until('the end of the sale', () => final(now()));
  // Its text, as it was printed.
  const receipt = await until('the receipt', () => receiptOf(demo, orderId)).catch(() => '');
  return {
    orderId,
    transactionId: ended.evidence?.transactionId ?? '',
    amount: ended.amount,
    state: ended.state.at,
    receipt,
  };
}

/** What a phone does: looks at the printed slip and reads the QR in it. */
async function scan(demo: Demo, orderId: string, sale: Sale): Promise<string | undefined> {
  if (sale.state.at === 'closed' || sale.state.at === 'refused')
    throw new Error(`the sale ended without a QR: ${JSON.stringify(sale.state)}`);
  const slip = slipWith(demo, orderId);
  if (slip === undefined) return undefined;
  const read = await readQr(await slip.png());
  return read.ok ? read.value : undefined;
}

function slipWith(demo: Demo, ...words: readonly string[]) {
  const { hanging, slips } = demo.paper;
  const all = hanging === undefined ? slips : [...slips, hanging];
  // A long order id is wrapped on narrow paper.
  return all.findLast(({ text }) => words.every((word) => text.replace(/\s+/g, '').includes(word)));
}

function receiptOf(demo: Demo, orderId: string): string | undefined {
  return slipWith(demo, orderId, 'LUNAS')?.text;
}

function final(sale: Sale): Sale | undefined {
  const { at } = sale.state;
  return at === 'delivered' || at === 'owed' || at === 'closed' || at === 'refused' ? sale : undefined;
}

type Until = <T>(what: string, look: () => T | undefined | Promise<T | undefined>) => Promise<T>;

function waiter(timers: Timers): Until {
  let over = false;
  timers.after(PATIENCE_MS, () => {
    over = true;
  });
  return async (what, look) => {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (over) throw new Error(`gave up after ${PATIENCE_MS / 1000} s waiting for ${what}`);
      await new Promise<void>((resolve) => void timers.after(LOOK_MS, resolve));
    }
  };
}

/** Runs it and ends the demo; the result goes to standard output as one line of JSON. @returns the exit code */
export async function runOnce(
  demo: Demo,
  amount: number,
  timers: Timers,
  print: (line: string) => void,
): Promise<number> {
  let code = 1;
  try {
    const result = await sellOnce(demo, amount, timers);
    print(JSON.stringify(result));
    code = result.state === 'delivered' ? 0 : 1;
  } catch (error) {
    print(JSON.stringify({ amount, state: 'failed', reason: messageOf(error) }));
  }
  await demo.stop();
  return code;
}
