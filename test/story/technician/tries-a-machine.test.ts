import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import { FafbPeer } from '../../device/vending/fafb-peer.js';
import { levelsIn, pathWithFakes } from '../../device/vending/gpio-rig.js';
import { MdbBoard } from '../../kit/vending/mdb-board.js';
import { Vmc } from '../../kit/vending/vmc.js';
import { portOf, tool } from '../kit/bench.js';
import { pulses } from '../kit/machine-peers.js';

async function withBoard(tell: (board: MdbBoard, tables: string) => Promise<void>): Promise<void> {
  const board = new MdbBoard();
  try {
    await board.pty.plug();
    await tell(board, `[vending]\nprotocol = "mdb-qibixx"\ndevice = "${board.path}"\n`);
  } finally {
    await board.pty.remove();
  }
}

it('denies an MDB machine what it asks for, and shows its lines', () =>
  withBoard((board, tables) =>
    tool(tables, ['vending'], { afterMs: 20 }, async (test) => {
      await test.printed('the machine is there');
      board.chooses('15000.00', '7');
      expect(await board.hears()).toBe('C,STOP');
      await test.printed('<- c,STATUS,VEND,15000.00,7');
      await test.printed('asked: Rp15.000, slot 7');
      await test.printed('denied: cancelled');
      await test.printed('|C,STOP.|');
      expect(await test.stop()).toBe(0);
      expect(test.lines.join('\n')).not.toContain('WARNING');
    }),
  ));

it('gives goods only when that was asked for, and says what became of them', () =>
  withBoard((board, tables) =>
    tool(tables, ['vending'], { afterMs: 20, answer: 'vend' }, async (test) => {
      await test.printed('WARNING: the machine will give goods');
      await test.printed('the machine is there');
      board.chooses('15000.00', '7');
      expect(await board.hears()).toBe('C,VEND,15000.00');
      board.dispenses();
      await test.printed('the goods: done');
    }),
  ));

it('lets a machine give up by itself', () =>
  withBoard((board, tables) =>
    tool(tables, ['vending'], { afterMs: 600_000 }, async (test) => {
      await test.printed('the machine is there');
      board.chooses('15000.00', '7');
      await test.printed('a pretended sale begins');
      board.givesUp();
      await test.printed('the machine gave up');
      board.chooses('5000.00', '8');
      await test.printed('a pretended sale begins', 2);
    }),
  ));

it('denies a VTK machine and an FA FB controller, written by others', async () => {
  const machine = new Vmc();
  const vtk = '[vending]\nprotocol = "vendotek"\nhost = "127.0.0.1"\nport = 0\nminor_units = 2\n';
  try {
    await tool(vtk, ['vending'], { afterMs: 20, answer: 'expired' }, async (test) => {
      await machine.dials(await portOf(test));
      machine.does('buy 1500000 7 KOPI');
      expect(await machine.hears()).toMatch(/^VRP .* 4=0$/);
      await test.printed('asked: Rp15.000, slot 7, KOPI');
      await test.printed('denied: expired');
    });
  } finally {
    await machine.stop();
  }
  const controller = new FafbPeer();
  controller.order('price 12 15000');
  const fafb = `[vending]\nprotocol = "fafb"\ndevice = "${await controller.path()}"\n`;
  try {
    await tool(fafb, ['vending'], { afterMs: 20 }, async (test) => {
      await controller.says('synchronised');
      await test.printed('<- slot (11)');
      controller.order('press 12');
      await test.printed('asked: Rp15.000, slot 12');
      await test.printed('denied: cancelled');
      // It polls five times a second: that is not shown each time.
      await test.printed('rows like the last ones came');
      expect(controller.all('drive')).toBe(0);
    });
  } finally {
    await controller.remove();
  }
});

it('gives a machine of coins its pulses only for an amount and "vend"', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gpio-'));
  const before = { ...process.env };
  Object.assign(process.env, pathWithFakes(folder));
  const tables = '[vending]\nprotocol = "pulse"\nchip = "pinctrl-bcm2711"\nline = 17\npulse_value = 1000\n';
  try {
    await tool(tables, ['vending'], { amount: rupiah(3_000), afterMs: 0 }, async (test) => {
      await test.printed('--answer vend --amount N');
      expect(await test.stop()).toBe(0);
    });
    expect(pulses(levelsIn(folder))).toBe(0);
    await tool(tables, ['vending'], { amount: rupiah(3_000), afterMs: 0, answer: 'vend' }, async (test) => {
      await test.printed('the goods: done');
    });
    expect(pulses(levelsIn(folder))).toBe(3);
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
  }
});
