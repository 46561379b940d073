import { expect, it } from 'vitest';
import type { ChooseScreen } from '../../src/base/screen.js';
import { type FaceState, faceOf } from '../../src/core/text/face.js';
import type { TerminalContext, TerminalEvent } from '../../src/terminal/context.js';
import { SlideKeeper } from '../../src/terminal/slide-keeper.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';
import { awaiting } from './world.js';

/** A folder whose pictures are ready as soon as they are asked for, but those that are none. */
function folder(paths: string[], trouble?: string) {
  const prepared: (readonly string[])[] = [];
  let ready: readonly string[] = [];
  const idle = {
    list: async () => ({ paths: [...paths], ...(trouble === undefined ? {} : { trouble }) }),
    pictures: {
      prepare: (wanted: readonly string[]) => {
        prepared.push(wanted);
        ready = wanted.filter((path) => !path.includes('bad'));
      },
      nameOf: (path: string) => (ready.includes(path) ? `idle/${path}` : undefined),
      start: () => undefined,
      stop: async () => undefined,
    },
  };
  return { idle, prepared };
}

async function kept(idle: object | undefined) {
  const time = new FakeTime();
  const log = new KeptLog();
  const context = {
    adapters: { idle, log, timers: time, clock: time },
    settings: { idle: { everyMs: 5_000, afterMs: 20_000 } },
    post: (event: TerminalEvent) => event.on === 'command' && event.run(),
    endOnRejection: (work: Promise<unknown>) => void work,
  } as unknown as TerminalContext;
  const keeper = new SlideKeeper(context);
  keeper.start();
  await time.pass(0);
  return { keeper, time, log };
}

const QUIET = 20_000;

it('shows the pictures in their order, each for its time, once nobody is before the screen', async () => {
  const { keeper, time } = await kept(folder(['a', 'bad', 'b']).idle);
  expect(keeper.now(QUIET - 1)).toBeUndefined();
  const seen = [keeper.now(QUIET)];
  for (let turn = 0; turn < 3; turn += 1) {
    await time.pass(5_000);
    seen.push(keeper.now(QUIET));
  }
  expect(seen).toEqual(['idle/a', 'idle/b', 'idle/a', 'idle/b']);
  await keeper.stop();
});

it('takes up what comes into the folder, and lets go of what goes, without being started again', async () => {
  const paths = ['a'];
  const { idle, prepared } = folder(paths);
  const { keeper, time } = await kept(idle);
  paths.push('b');
  await time.pass(60_000);
  expect(prepared).toEqual([['a'], ['a', 'b']]);
  // The same again is not made again.
  await time.pass(60_000);
  expect(prepared).toHaveLength(2);
  paths.length = 0;
  await time.pass(60_000);
  expect(keeper.now(QUIET)).toBeUndefined();
  await keeper.stop();
});

it('says once what is wrong with the folder', async () => {
  const { keeper, time, log } = await kept(folder([], 'no such folder').idle);
  await time.pass(180_000);
  expect(log.lines.filter((line) => line.includes('E763 no such folder'))).toHaveLength(1);
  await keeper.stop();
});

it('has nothing where none is configured', async () => {
  const { keeper } = await kept(undefined);
  expect(keeper.now(Number.POSITIVE_INFINITY)).toBeUndefined();
  await keeper.stop();
});

const CHOOSE = { show: 'choose' } as ChooseScreen;
const choose = (more: { begun?: boolean; touched?: boolean } = {}) => {
  return { screen: () => CHOOSE, begun: false, touched: false, nothing: false, ...more };
};

function face(more: Partial<FaceState>) {
  return faceOf({
    ...{ shop: 'Toko', terminal: 'T1', sale: undefined, entry: undefined, hint: undefined },
    ...{ ending: undefined, readiness: { ready: true, notes: [] }, slide: 'idle/a' },
    ...{ qrLifeMs: 1, nowWallMs: 0 },
    ...more,
  });
}

it('stands on an idle face and in the place of what there is to choose, and nowhere else', () => {
  expect(face({})).toMatchObject({ show: 'idle', slide: { picture: 'idle/a' } });
  expect(face({ choose: choose() })).toMatchObject({ slide: { picture: 'idle/a', choose: true } });
  const covered = [
    face({ sale: awaiting() }),
    face({ choose: choose({ touched: true }) }),
    face({ choose: choose({ begun: true }) }),
    face({ lines: ['2 Kopi'] }),
    face({ note: { id: 'E407', en: 'E407' } }),
    face({ readiness: { ready: false, code: 550, detail: '' } }),
    face({ readiness: { ready: false, code: 761, detail: '', closed: { why: 'maintenance' } } }),
    face({ ending: { end: 'owed', sale: awaiting() } }),
  ];
  for (const screen of covered) expect(screen).not.toHaveProperty('slide');
});
