import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PAYLOAD, SCREENS } from '../../browser/screens.js';
import { until } from '../../kit/pty/until.js';
import { qrCodesIn } from '../../kit/screens/zbar.js';
import { FramebufferRig, SMALL, withFramebuffer } from './framebuffer-rig.js';

const LOOK_MS = 2_000;
const WATCH_MS = 5_000;

function differ(before: Buffer, after: Buffer, stride: number): number[] {
  const rows: number[] = [];
  for (let at = 0; at < before.length; at += stride)
    if (!before.subarray(at, at + stride).equals(after.subarray(at, at + stride))) rows.push(at / stride);
  return rows;
}

it('counts down every second in a few rows, and leaves the code as it is', async () => {
  await withFramebuffer(SMALL, {}, async ({ display, fb, timers }) => {
    await display.show(SCREENS.scan);
    const before = fb.memory();
    await timers.pass(1_000);
    await until('the next second', () => !fb.memory().equals(before));
    const rows = differ(before, fb.memory(), 640);
    const height = (rows.at(-1) ?? 0) - (rows[0] ?? 0) + 1;
    expect(height).toBeLessThan(40);
    expect(qrCodesIn(fb.now().png)).toEqual([PAYLOAD]);
  });
});

it('takes the code off the screen when its life has ended', async () => {
  await withFramebuffer(SMALL, {}, async ({ display, fb, timers }) => {
    await display.show({ ...SCREENS.scan, leftMs: 1_500 });
    await timers.pass(1_000);
    expect(fb.now().black).toBeDefined();
    await timers.pass(600);
    await until('a screen without a code', () => fb.now().black === undefined);
    expect(fb.now().edge).toEqual(['#082431']);
    // Nothing more to count.
    expect(timers.waiting()).toEqual([expect.any(Number)]);
  });
});

it('shows the newest screen, and says of the one before that nobody has seen it', async () => {
  await withFramebuffer(SMALL, {}, async ({ display, fb }) => {
    const first = display.show(SCREENS.scan);
    const second = display.show(SCREENS.paid);
    expect([await first, await second]).toEqual([false, true]);
    expect(fb.now().edge).toEqual(['#087941']);
  });
});

it('goes away with its device, and comes back with it and what it should show, in another size as well', async () => {
  await withFramebuffer(SMALL, {}, async (rig) => {
    const { display, fb, log, attached } = rig;
    expect([display.attached(), attached]).toEqual([true, [true]]);
    await display.show(SCREENS.scan);
    fb.unplug();
    await rig.turnUntil('the loss', () => !display.attached());
    expect(await display.show(SCREENS.paid)).toBe(false);
    for (let looks = 0; looks < 5; looks += 1) await rig.timers.pass(LOOK_MS);
    expect(log.lines.filter((line) => line.startsWith('warn E470'))).toHaveLength(1);
    fb.plug({ width: 480, height: 320, bits: 32, spare: 8 });
    await rig.turnUntil('the screen', () => display.attached());
    await until('the picture', () => fb.now().edge[0] === '#0a7a45');
    expect(attached).toEqual([true, false, true]);
  });
});

it('notices another mode of the same device, and draws anew for it', async () => {
  await withFramebuffer(SMALL, {}, async (rig) => {
    const { display, fb, attached } = rig;
    await display.show(SCREENS.paid);
    fb.plug({ width: 240, height: 320, bits: 16 });
    await rig.turnUntil('the screen of another size', () => attached.length === 3);
    await until('the picture', () => fb.now().edge.join() === '#087941');
    expect(fb.now()).toMatchObject({ width: 240, height: 320 });
  });
});

it('paints over what the console of the kernel has written into it', async () => {
  await withFramebuffer(SMALL, {}, async ({ display, fb, timers }) => {
    await display.show(SCREENS.paid);
    const right = fb.memory();
    writeFileSync(fb.device, Buffer.alloc(right.length, 0x11), { flag: 'r+' });
    await timers.pass(WATCH_MS);
    await until('the picture', () => fb.memory().equals(right));
  });
});

it('does not count while its connector says that no screen is plugged in', async () => {
  const rig = new FramebufferRig(SMALL, {}, 'card1-HDMI-A-1');
  const { fb, display, log, attached } = rig;
  try {
    fb.connector('card1-HDMI-A-1', 'disconnected');
    await display.start();
    expect(await display.show(SCREENS.scan)).toBe(false);
    expect(log.lines).toEqual(['warn E470 connector card1-HDMI-A-1: disconnected']);
    fb.connector('card1-HDMI-A-1', 'connected');
    await rig.turnUntil('the screen', () => display.attached());
    await until('the code', () => fb.now().black !== undefined);
    fb.connector('card1-HDMI-A-1', 'disconnected');
    await rig.turnUntil('the loss', () => !display.attached());
    expect(attached).toEqual([true, false]);
  } finally {
    await rig.end();
  }
});

it.each([
  [{ width: 320, height: 240, bits: 24 }, 'E472', '16 or 32 bits a pixel'],
  [{ width: 128, height: 64, bits: 16 }, 'E472', '160x120 to 4096x4096'],
  [{ width: 320, height: 240, bits: 16, spare: -2 }, 'E472', 'longer than its stride'],
])('refuses %j by number, and throws nothing', async (geometry, number, words) => {
  await withFramebuffer(geometry, {}, async ({ display, log }) => {
    expect(display.attached()).toBe(false);
    expect(await display.show(SCREENS.idle)).toBe(false);
    expect(log.lines.join('\n')).toContain(`warn ${number} `);
    expect(log.lines.join('\n')).toContain(words);
  });
});

it('that takes no pixels is a screen that nobody sees', async () => {
  const rig = new FramebufferRig(SMALL);
  const { fb, display, log } = rig;
  try {
    fb.full();
    await display.start();
    expect(await display.show(SCREENS.scan)).toBe(false);
    expect(display.attached()).toBe(false);
    expect(log.lines.join('\n')).toMatch(/warn E473 .*ENOSPC/);
  } finally {
    await rig.end();
  }
});

it('leaves a plain word behind when the terminal stops, and no code', async () => {
  const rig = new FramebufferRig(SMALL);
  await rig.display.start();
  await rig.display.show(SCREENS.scan);
  await rig.display.stop();
  const seen = rig.fb.now();
  expect([seen.black, seen.edge]).toEqual([undefined, ['#eef2f6']]);
  rig.fb.remove();
});

it('shows a test page for as long as it was asked to, with a code that nobody can pay, and then what was there', async () => {
  await withFramebuffer(
    { width: 480, height: 320, bits: 32, spare: 4 },
    {},
    async ({ display, fb, timers }) => {
      await display.show(SCREENS.idle);
      const made = await display.test(10_000);
      if (!made.ok) throw new Error(made.error.detail);
      expect(made.value[0]).toMatch(/fb0, 480x320, XRGB8888, 1924 bytes a row$/);
      const seen = fb.now();
      expect(seen.edge).toEqual(['#ff0000']);
      expect(qrCodesIn(seen.png)).toEqual(['GOPAY-POS TEST PAGE, NOT A PAYMENT']);
      await timers.pass(10_000);
      await until('the screen of before', () => fb.now().edge[0] === '#0c2430');
    },
  );
});

it('gives the test page up for anything that has to be shown', async () => {
  await withFramebuffer(SMALL, {}, async ({ display, fb, timers }) => {
    const testing = display.test(10_000);
    expect(await display.show(SCREENS.paid)).toBe(true);
    await testing;
    await timers.pass(20_000);
    await until('the screen', () => fb.now().edge[0] === '#087941');
  });
});
