import { expect, it } from 'vitest';
import type { Fault } from '../../../src/base/fault.js';
import { ok, type Result } from '../../../src/base/result.js';
import type { Screen } from '../../../src/base/screen.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { Display } from '../../../src/port/display.js';
import { created, NO_ANSWER, says } from '../../core/world.js';
import { type Bench, onTheBench } from '../kit/terminal-alone.js';

/** A page in a browser: it confirms what it has painted, when the test says so, and only the newest. */
class SlowPage implements Display {
  readonly name = 'slow page';
  readonly canShowQr = true;
  readonly shown: Screen[] = [];
  present = true;
  #settle: (seen: boolean) => void = () => undefined;
  #listener: (attached: boolean) => void = () => undefined;

  show(screen: Screen): Promise<boolean> {
    this.#settle(false);
    this.shown.push(screen);
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  paints(): void {
    this.#settle(true);
  }

  /** Nobody painted it within the display's own bound. */
  givesUp(): void {
    this.#settle(false);
  }

  async test(): Promise<Result<readonly string[], Fault>> {
    return ok([]);
  }

  attached(): boolean {
    return this.present;
  }

  onAttached(listener: (attached: boolean) => void): void {
    this.#listener = listener;
  }

  attach(): void {
    this.present = true;
    this.#listener(true);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}
}

async function charged(bench: Bench): Promise<Sale> {
  await bench.type('1', '5', '000', 'enter');
  const sale = bench.open;
  await bench.answers('charge', created(sale).outcome);
  return sale;
}

/** Up to the terminal's start afterwards, at which no screen is there yet. */
async function paintedBeforeAPowerCut(bench: Bench, page: SlowPage): Promise<Sale> {
  const sale = await charged(bench);
  page.paints();
  await bench.calm();
  await bench.powerCut();
  page.present = false;
  await bench.start();
  return sale;
}

it('keeps a QR whose screen was replaced by the same QR with a note before anybody had painted it', () => {
  const page = new SlowPage();
  return onTheBench({ display: page }, async (bench) => {
    const sale = await charged(bench);
    await bench.rings(sale.orderId, 'settlement');
    await bench.answers('status', { kind: 'unknown', fault: NO_ANSWER });
    expect(page.shown.at(-1)).toMatchObject({ show: 'scan', notes: [{}] });
    page.paints();
    await bench.calm();
    expect(bench.sale(sale.orderId).state.at).toBe('awaitingPayment');
  });
});

it('gives a QR up when no screen has painted it', () => {
  const page = new SlowPage();
  return onTheBench({ display: page }, async (bench) => {
    const sale = await charged(bench);
    for (let shows = 0; shows < 2; shows += 1) {
      page.givesUp();
      await bench.calm();
    }
    expect(bench.sale(sale.orderId).state).toMatchObject({ at: 'closing', how: 'unpresentable' });
  });
});

it('waits after a start for the screens, which come back some seconds later than the terminal does', () => {
  const page = new SlowPage();
  return onTheBench({ display: page }, async (bench) => {
    const sale = await paintedBeforeAPowerCut(bench, page);
    await bench.clock.advance(2_000);
    page.attach();
    await bench.calm();
    page.paints();
    await bench.calm();
    await bench.answers('status', says(sale, 'pending').outcome);
    expect(bench.sale(sale.orderId).state.at).toBe('awaitingPayment');
    expect(page.shown.at(-1)).toMatchObject({ show: 'scan', orderId: sale.orderId });
  });
});

it('does not wait for screens for ever: a QR that nobody can see after a start is given up', () => {
  const page = new SlowPage();
  return onTheBench({ display: page }, async (bench) => {
    const sale = await paintedBeforeAPowerCut(bench, page);
    await bench.clock.advance(15_000);
    expect(bench.sale(sale.orderId).state).toMatchObject({ at: 'closing', how: 'unpresentable' });
  });
});
