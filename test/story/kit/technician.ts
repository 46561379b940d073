import type { ControlAnswer } from '../../../src/control/answer.js';
import { type AskOptions, askTerminal } from '../../../src/control/client.js';
import type { Shop } from './shop.js';

/** What a technician at the shop's box is answered. */
export function ask(
  shop: Shop,
  command: string,
  args: readonly string[] = [],
  how: AskOptions = {},
): Promise<ControlAnswer> {
  return askTerminal(`${shop.directory}/control.sock`, command, args, how);
}

/** Turns the story's clock until a command that waits for it has its answer. */
export async function turning<T>(shop: Shop, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  // A failure is the caller's; here it only ends the turning.
  ended.catch(() => undefined);
  while (!done) await shop.clock.advance(100);
  return ended;
}

/** An order whose QR was closed at Midtrans, and that settles 20 s later after all: it is owed. */
export async function owedSale(shop: Shop, amount = 15_000): Promise<string> {
  const rule = shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 20_000 });
  const order = await shop.ring(amount);
  await shop.shows('scan');
  await shop.clock.advance(60_000);
  await shop.reaches(order, 'closed');
  // By its notice after 20 s, by watching after 30 s.
  await shop.clock.advance(30_000);
  await shop.reaches(order, 'owed');
  shop.sandbox.faults.remove(rule);
  return order;
}
