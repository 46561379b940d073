import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

it('tells a technician each time in the zone of the shop, as its slips and screens do, and names it', () =>
  story({ saleToml: 'qr_life_seconds = 60\n[slip]\nzone = "WIT"' }, async (shop) => {
    const order = await owedSale(shop);
    const maintenance = (await ask(shop, 'maintenance', ['on', 'Rusak'])).text;
    expect(maintenance).toMatch(/since 2026-11-22 14:1\d:\d\d WIT: Rusak/);
    const { text: why } = await ask(shop, 'why', [order]);
    expect(why).toContain('opened 2026-11-22 14:16:40 WIT. All times are WIT by the clock of this box.');
    expect(why).toContain('2026-11-22 14:16:40  pad asked for Rp15.000');
    // Midtrans says it in WIB.
    expect(why).toMatch(/settled 2026-11-22 14:1\d:\d\d WIT\b/);
    const { text: owed } = await ask(shop, 'owed');
    expect(owed).toMatch(/since 2026-11-22 14:1\d:\d\d WIT$/m);
    const { text: status } = await ask(shop, 'status');
    expect(status).toMatch(/owed: .* since 2026-11-22 14:16:40 WIT$/m);
    expect(status).toMatch(/closed for maintenance by technician since 2026-11-22 14:1\d:\d\d WIT: Rusak/);
    for (const told of [maintenance, why, owed, status]) expect(told).not.toContain('WIB');
  }));
