import { expect, it } from 'vitest';
import { payScanned, registerStory } from '../kit/register-peer.js';
import { ask } from '../kit/technician.js';

it('tells what a register asked, again and again, and what it was answered', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', { amount: 15_000 });
    await shop.shows('scan');
    await register.ask('31', { amount: 15_000 });
    const order = await payScanned(shop);
    await register.takes();
    await shop.reaches(order, 'delivered');
    const { text } = await ask(shop, 'why', [order]);
    expect(text).toContain('asked for Rp15.000. The charge is under way');
    expect(text).toContain('Ignored: the same request is being served.');
    expect(text).toContain('It is paid, and its source is being told');
    expect(text).toContain('The register acknowledged the answer.');
    expect(text).toContain('Now: it is paid and delivered.');
  }));
