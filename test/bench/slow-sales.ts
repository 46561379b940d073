import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Vmc } from '../kit/vending/vmc.js';
import { payScanned, registerStory } from '../story/kit/register-peer.js';
import { type Shop, story } from '../story/kit/shop.js';
import { vtkStory } from '../story/kit/vending-shop.js';

/** Where the sources are; this runs beside them. */
const VMC = fileURLToPath(new URL('../../../../test/kit/vending/vmc.py', import.meta.url));

const PRODUCTS = ['Kopi susu gula aren', 'Roti bakar cokelat keju', 'Air mineral']
  .map((name, i) => `[[product]]\nid = "p${i}"\nname_id = "${name}"\ngroup = "Menu"\nprice = ${8_000 + i}\n`)
  .join('');

/** What the customer is waited for with: the gateway is asked every ten seconds. */
const LOOK_MS = 10_000;

export interface SlowSales {
  /** `keypad`: products, three lines of them in a cart. */
  readonly source: 'vending' | 'register' | 'keypad';
  readonly paidAfterMs: number;
  readonly sales: number;
  /** The journal is copied to there. */
  readonly into: string;
}

/**
 * Sales whose customers take their time, in a whole shop with a printer: its wires and its disk are real, and its clock is
 * turned, so that minutes cost no minutes.
 */
export async function sellSlowly({ source, paidAfterMs, sales, into }: SlowSales): Promise<void> {
  const all = async (shop: Shop, sell: (pay: () => Promise<string>, sale: number) => Promise<void>) => {
    const pay = async (): Promise<string> => {
      await shop.shows('scan');
      for (let ms = 0; ms < paidAfterMs; ms += LOOK_MS)
        await shop.clock.advance(Math.min(LOOK_MS, paidAfterMs - ms));
      const order = await payScanned(shop);
      await shop.clock.advance(0);
      return order;
    };
    for (let sale = 0; sale < sales; sale += 1) {
      await sell(pay, sale);
      await shop.clock.advance(2 * LOOK_MS);
    }
    await shop.program.stop();
    cpSync(join(shop.directory, 'journal'), into, { recursive: true });
  };
  // The longest that a VTK machine may be told to wait, and that a QR may be open.
  const saleToml = 'qr_life_seconds = 900';
  if (source === 'register')
    return registerStory({ saleToml }, (shop, register) =>
      all(shop, async (pay, sale) => {
        await register.ask('01', { amount: 25_000 + sale, reference: `INV-${sale}` });
        const order = await pay();
        await register.takes();
        await shop.reaches(order, 'delivered');
      }),
    );
  if (source === 'keypad')
    return story({ saleToml, toml: `[catalogue]\ncart = true\n${PRODUCTS}` }, (shop) =>
      all(shop, async (pay) => {
        await shop.pressAndLook('1', 'enter', '2', 'enter', '2', 'enter', '3', 'enter', 'enter');
        await shop.reaches(await pay(), 'delivered');
      }),
    );
  return vtkStory(
    { saleToml, vendingToml: 'operation_seconds = 600', machine: new Vmc(VMC) },
    (shop, machine) =>
      all(shop, async (pay) => {
        machine.does('buy 1500000 7 KOPI');
        const order = await pay();
        await machine.hears();
        machine.does('done');
        await machine.hears();
        await shop.reaches(order, 'delivered');
      }),
  );
}
