import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { faceOf } from '../../src/core/text/face.js';
import { paperNote } from '../../src/core/text/paper-note.js';

const reading = (code: number) => ({ code, detail: '', atMs: 0 });
const of = (code: number, waiting: number, nearEnd = false) =>
  paperNote({ reading: reading(code), nearEnd, waiting });

it('names what the printer has, by number, and how many slips wait for it', () => {
  expect(of(401, 0)).toEqual({ id: 'E401 Kertas printer habis.', en: 'E401 Printer is out of paper.' });
  expect(of(402, 1)?.id).toBe('E402 Tutup printer terbuka. 1 struk menunggu.');
  expect(of(402, 1)?.en).toBe('E402 Printer cover is open. 1 slip waits.');
  expect(of(408, 12)?.en).toBe('E408 Printer does not answer. 12 slips wait.');
});

it('warns of a roll that is near its end, and is silent of a printer that is well or was not asked', () => {
  expect(of(0, 0, true)?.id).toBe('Kertas printer hampir habis.');
  expect(of(0, 2)).toBeUndefined();
  expect(paperNote({ reading: undefined, nearEnd: false, waiting: 2 })).toBeUndefined();
});

it('stands on the idle screen only: nobody who types or pays has to do with it', () => {
  const note = of(401, 2);
  const state = {
    ...{ shop: 'Warung', terminal: 'T1', sale: undefined, hint: undefined, ending: undefined, note },
    readiness: { ready: true, notes: [401] },
    ...{ qrLifeMs: 300_000, nowWallMs: 0 },
  } as const;
  expect(faceOf({ ...state, entry: undefined })).toMatchObject({ show: 'idle', note });
  const entry = { pad: 'pad', amount: rupiah(15) };
  expect(JSON.stringify(faceOf({ ...state, entry }))).not.toContain('E401');
});
