import { afterAll, beforeAll, describe } from 'vitest';
import { FILES } from './files.js';
import { checkInstall, checkUninstall } from './install-checks.js';
import { checkKiosk } from './kiosk-checks.js';
import { builtProgram } from './program.js';
import { demandTools } from './rootfs.js';
import { checkSale } from './sale-checks.js';
import { Shop } from './shop.js';
import { checkTerminal } from './terminal-checks.js';
import { checkReload, checkUnit, checkWatchdog } from './unit-checks.js';

// One machine for all, because a container takes seconds to boot. The order counts: it ends with an uninstallation.
// Bounds against hanging: one test may start a program several times, on a machine that has other things to do.
const BOUND = { timeout: 480_000 };
const UNITS = ['gopay-pos.service', 'gopay-pos-relay.service'];
let shop: Shop;
const shopNow = (): Shop => shop;

beforeAll(async () => {
  demandTools();
  shop = await Shop.open(builtProgram(), FILES);
}, 900_000);

afterAll(async () => {
  await shop?.close();
});

describe('install.sh', BOUND, () => checkInstall(shopNow));
describe.each(UNITS)('%s', BOUND, (unit) => checkUnit(unit, shopNow));
describe('a reload', BOUND, () => checkReload('gopay-pos-relay.service', shopNow));
describe('the watchdog', BOUND, () => checkWatchdog(UNITS, shopNow));
describe('the terminal', BOUND, () => checkTerminal(shopNow));
describe('the shop', BOUND, () => checkSale(shopNow));
describe("the customer's screen", BOUND, () => checkKiosk(shopNow));
describe('install.sh --uninstall', BOUND, () => checkUninstall(shopNow));
