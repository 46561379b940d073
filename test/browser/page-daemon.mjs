// node page-daemon.mjs PORT SCREEN: the terminal page as a process of its own, which a test may kill. SCREEN is JSON. Prints
// the page's address, then a line whenever a page has confirmed the screen.
import { randomBytes } from 'node:crypto';
import { KioskPage } from '../../dist/devices/display/kiosk/kiosk-page.js';

const [port, screen] = process.argv.slice(2);
const silent = { error() {}, warn() {}, info() {}, debug() {}, child: () => silent };
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
  log: silent,
  clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
  timers,
  random: { bytes: (count) => randomBytes(count), fraction: () => Math.random() },
});
page.keypad.start((event) => event.kind === 'key' && console.log(`key ${event.key}`));
await page.start();
console.log(page.url);
const show = async () => {
  if (await page.display.show(JSON.parse(screen))) console.log('confirmed');
};
page.display.onAttached((now) => now && show());
await show();
