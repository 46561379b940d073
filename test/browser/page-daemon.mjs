// node page-daemon.mjs PORT SCREEN: the terminal page as a process of its own, which a test may kill. SCREEN is JSON. Prints
// the page's address, then a line whenever a page has confirmed the screen.
import { randomBytes } from 'node:crypto';

// As it was built, and of the type that it has now.
const built = new URL('../../dist/devices/display/kiosk/kiosk-page.js', import.meta.url).href;
/** @type {typeof import('../../devices/display/kiosk/kiosk-page.js')} */
const { KioskPage } = await import(built);

const [port, screen = ''] = process.argv.slice(2);
/** @type {import('../../src/port/log.js').Log} */
const silent = { error() {}, warn() {}, info() {}, debug() {}, child: () => silent };
/** @type {import('../../src/port/clock.js').Timers} */
const timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
const page = new KioskPage({
  host: '127.0.0.1',
  hostNames: [],
  port: Number(port),
  language: 'both',
  shop: 'Kopi Nusantara',
  pad: true,
  log: silent,
  clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
  timers,
  random: { bytes: (count) => randomBytes(count), fraction: () => Math.random() },
});
page.keypad.start((event) => {
  if (event.kind === 'key') console.log(`key ${event.key}`);
});
await page.start();
console.log(page.url);
const show = async () => {
  if (await page.display.show(JSON.parse(screen))) console.log('confirmed');
};
page.display.onAttached((now) => {
  if (now) void show();
});
await show();
