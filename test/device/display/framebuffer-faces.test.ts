import { describe, expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Screen } from '../../../src/base/screen.js';
import { FAULTS } from '../../../src/core/fault/table.js';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { CHOOSE_SCREENS } from '../../browser/choose-screens.js';
import { HELP, NOTE, PAYLOAD, SCREENS } from '../../browser/screens.js';
import type { Seen } from '../../kit/screens/fake-framebuffer.js';
import { qrCodesIn } from '../../kit/screens/zbar.js';
import { withFramebuffer } from './framebuffer-rig.js';

/** Both formats at each size, with rows as long as their pixels and longer ones, an odd number of bytes among them. */
const PANELS = [
  { width: 320, height: 240, bits: 16, spare: 0 },
  { width: 320, height: 240, bits: 32, spare: 13 },
  { width: 480, height: 320, bits: 16, spare: 13 },
  { width: 480, height: 320, bits: 32, spare: 0 },
  { width: 800, height: 480, bits: 16, spare: 0 },
  { width: 800, height: 480, bits: 32, spare: 64 },
  { width: 1024, height: 600, bits: 16, spare: 13 },
  { width: 1024, height: 600, bits: 32, spare: 0 },
  { width: 1080, height: 1920, bits: 16, spare: 16 },
  { width: 1080, height: 1920, bits: 32, spare: 0 },
] as const;

/** The colour of the outermost ring, as 8 bits a colour and as what is left of it in 5, 6 and 5. */
const BACKGROUND: Readonly<Record<Screen['show'], readonly [full: string, reduced: string]>> = {
  idle: ['#0c2430', '#082431'],
  choose: ['#0c2430', '#082431'],
  entering: ['#0c2430', '#082431'],
  wait: ['#0c2430', '#082431'],
  scan: ['#0c2430', '#082431'],
  paid: ['#0a7a45', '#087941'],
  closed: ['#eef2f3', '#eef2f6'],
  owed: ['#ffc53d', '#ffc639'],
  outOfService: ['#eef2f3', '#eef2f6'],
};

it.each(PANELS)(
  'shows every screen within its edges, and a QR that is read, on $width x $height, $bits bits, $spare spare bytes a row',
  async (panel) => {
    await withFramebuffer(panel, {}, async ({ display, fb }) => {
      const photographs = [];
      for (const [name, screen] of Object.entries(SCREENS)) {
        expect([name, await display.show(screen)]).toEqual([name, true]);
        photographs.push(fb.photograph(0, screen.show === 'scan'));
      }
      const all = fb.look(photographs);
      Object.entries(SCREENS).forEach(([name, screen], i) => {
        const seen = all[i];
        if (seen === undefined) throw new Error(`${name} was not seen`);
        expect([name, seen.width, seen.height]).toEqual([name, panel.width, panel.height]);
        expect([name, seen.edge]).toEqual([name, [BACKGROUND[screen.show][panel.bits === 32 ? 0 : 1]]]);
        if (screen.show !== 'scan') return;
        expect([name, qrCodesIn(seen.png)]).toEqual([name, [PAYLOAD]]);
        expectWholeModules(seen);
      });
    });
  },
);

/** 61 modules, each of the same whole number of pixels, on at least 60 % of the short side. */
function expectWholeModules({ black, grey, width, height }: Seen): void {
  if (black === undefined) throw new Error('no black pixel');
  const [left, top, right, bottom] = black;
  const side = right - left + 1;
  expect([bottom - top + 1, side % 61, grey]).toEqual([side, 0, 0]);
  expect(side / Math.min(width, height)).toBeGreaterThanOrEqual(0.6);
}

it.each([
  { width: 320, height: 240, bits: 16 },
  { width: 1080, height: 1920, bits: 32 },
])("shows the register's lines, and the note for the staff, on $width x $height", async (panel) => {
  await withFramebuffer(panel, {}, async ({ display, fb }) => {
    const looks = [];
    for (const screen of [
      SCREENS.idle,
      SCREENS.idleLines,
      { ...SCREENS.idle, note: NOTE },
      { ...SCREENS.idleLines, note: NOTE },
    ]) {
      expect(await display.show(screen)).toBe(true);
      looks.push(fb.now());
    }
    expect(new Set(looks.map(({ sum }) => sum)).size).toBe(4);
    for (const { edge } of looks) expect(edge).toEqual([BACKGROUND.idle[panel.bits === 32 ? 0 : 1]]);
  });
});

it.each([
  { width: 320, height: 240, bits: 16 },
  { width: 240, height: 320, bits: 32 },
  { width: 800, height: 480, bits: 32 },
  { width: 1080, height: 1920, bits: 32 },
])('has a code that opens WhatsApp beside the words, on $width x $height', async (panel) => {
  await withFramebuffer(panel, {}, async ({ display, fb }) => {
    for (const screen of [
      SCREENS.closedHelp,
      SCREENS.unsureHelp,
      SCREENS.owedHelp,
      SCREENS.outOfServiceHelp,
    ]) {
      expect(await display.show(screen)).toBe(true);
      const [seen] = fb.look([fb.photograph(0, true)]);
      if (seen === undefined) throw new Error('it was not seen');
      expect([screen.show, qrCodesIn(seen.png)]).toEqual([screen.show, [screen.help.link]]);
    }
    // Where a slip tells the customer, there is none.
    await display.show({ ...SCREENS.owedHelp, help: { lines: SCREENS.owedHelp.help.lines } });
    const [seen] = fb.look([fb.photograph(0, true)]);
    expect(seen && qrCodesIn(seen.png)).toEqual([]);
  });
});

it.each([
  { width: 320, height: 240, bits: 16 },
  { width: 240, height: 320, bits: 32 },
  { width: 480, height: 320, bits: 16 },
  { width: 800, height: 480, bits: 32 },
  { width: 1080, height: 1920, bits: 32 },
])('has a code that opens the receipt beside LUNAS, on $width x $height', async (panel) => {
  await withFramebuffer(panel, {}, async ({ display, fb }) => {
    const { paidReceipt, owedReceipt } = SCREENS;
    const codesOn = async (screen: Screen): Promise<string[]> => {
      expect(await display.show(screen)).toBe(true);
      const [seen] = fb.look([fb.photograph(0, true)]);
      if (seen === undefined) throw new Error('it was not seen');
      return qrCodesIn(seen.png);
    };
    expect(await codesOn(paidReceipt)).toEqual([paidReceipt.receipt]);
    expect(await codesOn(SCREENS.paid)).toEqual([]);
    // Beside many words there is none where nobody could read it.
    const isSmall = Math.min(panel.width, panel.height) < 320;
    expect(await codesOn(owedReceipt)).toEqual(isSmall ? [] : [owedReceipt.receipt]);
    expect(await codesOn({ ...owedReceipt, help: HELP })).toEqual([HELP.link]);
  });
});

it.each([
  { width: 320, height: 240, bits: 16 },
  { width: 240, height: 320, bits: 32 },
  { width: 800, height: 480, bits: 32 },
])('shows what there is to choose, and what was chosen and typed, on $width x $height', async (panel) => {
  await withFramebuffer(panel, {}, async ({ display, fb }) => {
    const looks = [];
    for (const screen of Object.values(CHOOSE_SCREENS)) {
      expect(await display.show(screen)).toBe(true);
      looks.push(fb.now());
    }
    expect(new Set(looks.map(({ sum }) => sum)).size).toBe(looks.length);
    for (const { edge } of looks) expect(edge).toEqual([BACKGROUND.choose[panel.bits === 32 ? 0 : 1]]);
  });
});

describe('a framebuffer', () => {
  it('is turned for a panel that hangs on its side, and looks the same to who stands before it', async () => {
    const sums: number[] = [];
    for (const rotation of [0, 90, 180, 270] as const) {
      const upright = { width: 480, height: 320, bits: 16 };
      const geometry = rotation % 180 === 0 ? upright : { ...upright, width: 320, height: 480 };
      await withFramebuffer(geometry, { rotation }, async ({ display, fb, timers }) => {
        await display.show(SCREENS.scan);
        await timers.pass(1_000);
        await display.show(SCREENS.scanNotes);
        sums.push(fb.now(rotation).sum);
      });
    }
    expect(new Set(sums).size).toBe(1);
  });

  it('swaps red and blue where the panel does', async () => {
    await withFramebuffer(
      { width: 320, height: 240, bits: 32 },
      { swapRedBlue: true },
      async ({ display, fb }) => {
        await display.show(SCREENS.owed);
        expect(fb.now().edge).toEqual(['#3dc5ff']);
      },
    );
  });

  it('speaks both languages, or the one that it is set to', async () => {
    const sums = new Set<number>();
    for (const language of ['both', 'id', 'en'] as const)
      await withFramebuffer({ width: 480, height: 320, bits: 32 }, { language }, async ({ display, fb }) => {
        await display.show(SCREENS.closed);
        sums.add(fb.now().sum);
      });
    expect(sums.size).toBe(3);
  });

  it('has room for the longest sentences that we have, on the smallest screen and upright', async () => {
    const amount = rupiah(20_000_000);
    const orderId = 'ABCDEFGHIJKLMNOP-01JD9Z6Q3M8R7T5V4W2X1Y0ZAB';
    const told = Object.values(PHRASES).map(
      (words): Screen => ({ show: 'closed', amount, words, code: 550 }),
    );
    const notes = [PHRASES.deducted, PHRASES.notReturned];
    for (const words of [PHRASES.cancelled, PHRASES.denied])
      told.push({ show: 'closed', orderId, amount, words, code: 531, notes });
    const owed = [PHRASES.owed, PHRASES.refunding, PHRASES.owedUnknown, PHRASES.refundingUnknown].map(
      (words): Screen => ({ show: 'owed', orderId, amount, words }),
    );
    const longest = Object.values(FAULTS).sort((a, b) => b.says.id.length - a.says.id.length);
    const faults = longest
      .slice(0, 15)
      .map(({ number, says }): Screen => ({ show: 'outOfService', words: says, code: number }));
    for (const size of [
      { width: 320, height: 240 },
      { width: 240, height: 320 },
    ])
      await withFramebuffer({ ...size, bits: 32 }, {}, async ({ display, fb }) => {
        const photographs = [];
        for (const screen of [...told, ...owed, ...faults]) {
          await display.show(screen);
          photographs.push(fb.photograph(0, false));
        }
        const edges = fb.look(photographs).map(({ edge }) => edge.join());
        expect(new Set(edges)).toEqual(new Set(['#eef2f3', '#ffc53d']));
      });
  });

  it('shows the longest codes in use on the smallest screen, and they are read', async () => {
    await withFramebuffer({ width: 320, height: 240, bits: 16 }, {}, async ({ display, fb }) => {
      const payload = PAYLOAD + PAYLOAD.slice(0, 171);
      expect(await display.show({ ...SCREENS.scanNotes, payload })).toBe(true);
      expect(qrCodesIn(fb.now().png)).toEqual([payload]);
    });
  });

  it('says with a number in its place that a code cannot be shown, and that nobody has seen one', async () => {
    await withFramebuffer({ width: 320, height: 240, bits: 32 }, {}, async ({ display, fb, log }) => {
      const before = { ...SCREENS.scan, payload: 'x'.repeat(513) };
      expect(await display.show(before)).toBe(false);
      expect(log.lines.join('\n')).toContain('error E466');
      expect(fb.now().edge).toEqual(['#0c2430']);
    });
  });
});
