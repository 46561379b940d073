import { get } from 'node:http';
import { expect, it } from 'vitest';
import { DEVICES } from '../../devices/catalogue.js';
import { SystemClock, SystemRandom } from '../../src/host/clock.js';
import { KeptLog } from '../kit/kept-log.js';
import { realTimers } from '../kit/pty/until.js';

it('a page that is opened from its settings is there under each of its host names, and under no other', async () => {
  const page = await DEVICES.page.open(
    { enabled: true, host: '0.0.0.0', port: 0, hostNames: ['kasir.toko'], keypad: true },
    {
      clock: new SystemClock(),
      timers: realTimers,
      random: new SystemRandom(),
      log: new KeptLog(),
      ...{ language: 'both', shop: 'Warung' },
    },
  );
  await page.display.start();
  try {
    const { port } = new URL(page.url ?? '');
    const asked = (name: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { host: `${name}:${port}` };
        get({ host: '127.0.0.1', port, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).on('error', reject);
      });
    expect(await asked('kasir.toko')).toBe(200);
    expect(await asked('other.toko')).toBe(421);
  } finally {
    await page.display.stop();
  }
});
