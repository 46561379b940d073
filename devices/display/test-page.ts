import { rupiah } from '../../src/base/rupiah.js';
import type { Screen, Words } from '../../src/base/screen.js';

/** What a phone reads from a test page: no app can pay it. */
export const TEST_PAYLOAD = 'GOPAY-POS TEST PAGE, NOT A PAYMENT';

export const TEST_WORDS: Words = { id: 'Halaman uji, bukan pembayaran', en: 'Test page, not a payment' };

/** A scan screen that asks for nothing, for screens that show a test as they show a sale. */
export function testScreen(forMs: number): Screen {
  return {
    show: 'scan',
    orderId: 'TEST',
    amount: rupiah(0),
    payload: TEST_PAYLOAD,
    leftMs: forMs,
    lifeMs: forMs,
    notes: [TEST_WORDS],
  };
}

/** The same screen some time later: less is left of a QR's life. */
export function screenAfter(screen: Screen, elapsedMs: number): Screen {
  return screen.show === 'scan' ? { ...screen, leftMs: Math.max(0, screen.leftMs - elapsedMs) } : screen;
}
