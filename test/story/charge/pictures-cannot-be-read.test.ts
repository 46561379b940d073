import { expect, it } from 'vitest';
import { err } from '../../../src/base/result.js';
import { created, says } from '../../core/world.js';
import { onTheBench } from '../kit/terminal-alone.js';

const BROKEN = { kind: 'temporary', code: 483, detail: "Cannot find module 'sharp'" } as const;
const KEYS = ['1', '5', '000', 'enter'] as const;

it('sells nothing while pictures cannot be read, which it finds out before the first customer, and tries again', () =>
  onTheBench({ settings: { pictures: true }, unreadable: BROKEN }, async (bench) => {
    expect(bench.terminal.state().readiness).toMatchObject({ ready: false, code: 483 });
    await bench.type(...KEYS);
    expect(bench.requests).toEqual([]);
    expect(bench.log.join('\n')).toContain("E483 Cannot find module 'sharp'");
    bench.unreadable = undefined;
    await bench.clock.advance(20_000);
    expect(bench.terminal.state().readiness).toMatchObject({ ready: true });
    await bench.type(...KEYS);
    expect(bench.open.state.at).toBe('charging');
    expect(bench.prepared).toBe(1);
  }));

it('asks for the picture again when its reader died, and sells nothing more until that reads a picture again', () =>
  onTheBench({ settings: { pictures: true } }, async (bench) => {
    await bench.type(...KEYS);
    const { orderId } = bench.open;
    bench.read = err(BROKEN);
    bench.unreadable = BROKEN;
    const { outcome } = created(bench.open);
    await bench.answers('charge', {
      ...outcome,
      qr: { pictureUrl: 'https://api.example/qr' },
    } as typeof outcome);
    for (const waitMs of [1_000, 2_000, 4_000]) await bench.clock.advance(waitMs);
    expect(bench.fetched).toBe(4);
    await bench.answers('cancel', says(bench.sale(orderId), 'cancel').outcome);
    expect(bench.sale(orderId).state).toMatchObject({ at: 'closed' });
    expect(bench.terminal.state().readiness).toMatchObject({ ready: false, code: 483 });
    bench.unreadable = undefined;
    await bench.clock.advance(20_000);
    expect(bench.terminal.state().readiness).toMatchObject({ ready: true });
  }));

it('goes on selling after a picture that took too long, which says nothing of the next one', () =>
  onTheBench({ settings: { pictures: true } }, async (bench) => {
    await bench.type(...KEYS);
    const { orderId } = bench.open;
    bench.read = err({ ...BROKEN, kind: 'refused' });
    const { outcome } = created(bench.open);
    await bench.answers('charge', {
      ...outcome,
      qr: { pictureUrl: 'https://api.example/qr' },
    } as typeof outcome);
    expect(bench.fetched).toBe(1);
    await bench.answers('cancel', says(bench.sale(orderId), 'cancel').outcome);
    expect(bench.sale(orderId).state).toMatchObject({ at: 'closed' });
    expect(bench.terminal.state().readiness).toMatchObject({ ready: true });
  }));

it('needs no reader of pictures where the charge itself says what is in the QR', () =>
  onTheBench({ unreadable: BROKEN }, async (bench) => {
    expect(bench.terminal.state().readiness).toMatchObject({ ready: true });
    await bench.type(...KEYS);
    expect(bench.prepared).toBe(0);
  }));
