import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { connected, payScanned } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';
import { hears, paid, registerSpeakerStory, speakerStory } from '../kit/speaker-shop.js';
import { ask, owedSale } from '../kit/technician.js';

async function sell(shop: Shop, amount: number): Promise<string> {
  const order = await shop.ring(amount);
  await payScanned(shop);
  await shop.reaches(order, 'delivered');
  return order;
}

it('announces a sale at the keypad once, and only when it is paid', () =>
  speakerStory({}, async (shop, sounds) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    await shop.clock.advance(20_000);
    expect(sounds.texts()).toEqual([]);
    await payScanned(shop);
    await shop.reaches(order, 'delivered');
    await hears(shop, sounds, paid('lima belas ribu'));
    await shop.until('the end of the sound', () => shop.log.includes(`INFO ${order} Rp15.000 announced`));
    expectOneCharge(shop);
    // The second look after the notice, the watch and the rest say nothing more.
    await shop.clock.advance(60_000);
    await sell(shop, 1_500);
    await hears(shop, sounds, paid('lima belas ribu'), paid('seribu lima ratus'));
    const status = await ask(shop, 'status');
    expect(status.text).toMatch(/ {2}speaker +good +speaks/);
  }));

it('does not announce what is cancelled, expires, or settles after it was closed', () =>
  speakerStory({ saleToml: 'qr_life_seconds = 60' }, async (shop, sounds) => {
    const order = await owedSale(shop);
    expect(shop.sale(order).state.at).toBe('owed');
    await shop.clock.advance(120_000);
    const cancelled = await shop.ring(2_000);
    await shop.shows('scan');
    shop.press('cancel');
    await shop.reaches(cancelled, 'closed');
    await shop.clock.advance(120_000);
    await sell(shop, 3_000);
    await hears(shop, sounds, paid('tiga ribu'));
  }));

it('says the last one again for a technician and by the plus key, as a repeat, and never while a sale is open', () =>
  speakerStory({}, async (shop, sounds) => {
    expect(await ask(shop, 'say', ['again'])).toMatchObject({
      good: false,
      text: 'nothing was announced since the start',
    });
    await sell(shop, 15_000);
    const first = paid('lima belas ribu');
    await hears(shop, sounds, first);
    expect(await ask(shop, 'say', ['again'])).toEqual({ text: 'said', data: { kind: 'said' }, good: true });
    await hears(shop, sounds, first, `ulangan, ${first}`);
    shop.press('plus');
    await hears(shop, sounds, first, `ulangan, ${first}`, `ulangan, ${first}`);
    const order = await shop.ring(20_000);
    await shop.shows('scan');
    shop.press('plus');
    await shop.until('its refusal', () => shop.log.some((line) => line.includes('wants to hear it again')));
    expect(await ask(shop, 'say', ['again'])).toMatchObject({
      good: false,
      text: expect.stringContaining(`${order} is open`),
    });
    await payScanned(shop);
    await hears(shop, sounds, first, `ulangan, ${first}`, `ulangan, ${first}`, paid('dua puluh ribu'));
    expect(await ask(shop, 'say', ['something'])).toMatchObject({ good: false });
  }));

it('announces a sale of a register when the register is told, and not again when it claims its answer', () =>
  registerSpeakerStory(async (shop, sounds, register) => {
    await register.ask('31', { amount: 15_000 });
    const order = await payScanned(shop);
    await register.answer();
    await hears(shop, sounds, paid('lima belas ribu'));
    expect(shop.sale(order).state).toMatchObject({ at: 'delivering' });
    // It never acknowledged; the power goes, and it asks again.
    await shop.powerCut();
    await shop.startTerminal();
    await connected(shop, 2);
    expect(await register.askAndHear('31', { amount: 15_000 })).toMatchObject({ code: '00' });
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    await register.ask('31', { amount: 25_000 });
    await payScanned(shop);
    await register.takes();
    await hears(shop, sounds, paid('lima belas ribu'), paid('dua puluh lima ribu'));
  }));

it('announces nothing twice over a restart: not what was said, and not what was paid long ago', () =>
  speakerStory({ printer: false }, async (shop, sounds) => {
    // Paid and said; and the power goes before anybody could have seen it on the screen.
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    shop.screen.plug(false);
    await payScanned(shop);
    await hears(shop, sounds, paid('lima belas ribu'));
    expect(shop.sale(order).state.at).toBe('delivering');
    await shop.powerCut();
    shop.screen.plug(true);
    await shop.startTerminal();
    await shop.reaches(order, 'delivered');
    // Whatever was to be said before it would have been heard before it.
    await sell(shop, 2_000);
    await hears(shop, sounds, paid('lima belas ribu'), paid('dua ribu'));
    // Paid in a short outage, it is news.
    const short = await shop.ring(7_000);
    const scanned = await shop.shows('scan');
    await shop.powerCut();
    shop.sandbox.payScanned(scanned.payload);
    await shop.startTerminal();
    await shop.reaches(short, 'delivered');
    await hears(shop, sounds, paid('lima belas ribu'), paid('dua ribu'), paid('tujuh ribu'));
    // Paid, and then the power was out over lunch.
    const old = await shop.ring(9_000);
    const { payload } = await shop.shows('scan');
    await shop.powerCut();
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(3_600_000);
    await shop.startTerminal();
    await shop.reaches(old, 'delivered');
    expect(shop.log).toContain(`INFO ${old} not announced: it is 60 min old`);
    await sell(shop, 1_000);
    const heard = [paid('lima belas ribu'), paid('dua ribu'), paid('tujuh ribu'), paid('seribu')];
    await hears(shop, sounds, ...heard);
  }));

it('sells without a sound card as with one, and says by number why it is silent', () =>
  speakerStory({}, async (shop, sounds) => {
    await shop.until('the first try', () => shop.program.terminal.state().readings.speaker?.code === 0);
    sounds.trouble('absent');
    const order = await sell(shop, 15_000);
    await shop.until('its fault', () => shop.program.terminal.state().readings.speaker?.code === 492);
    expect(shop.log).toContain(
      `WARN ${order} Rp15.000 not announced: E492 aplay: main:831: audio open error: No such file or directory`,
    );
    expect(shop.program.status()).toBe('ready; E492 The sound card was not found.');
    await sell(shop, 20_000);
    expect(await ask(shop, 'say', ['again'])).toMatchObject({
      good: false,
      text: expect.stringMatching(/^not said: E492 aplay/),
    });
    expect(sounds.texts()).toEqual([]);
    sounds.trouble('');
    await sell(shop, 30_000);
    await hears(shop, sounds, paid('tiga puluh ribu'));
    await shop.until('its return', () => shop.program.status() === 'ready');
  }));
