import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { press } from '../../device/keypad/records.js';
import { recorded } from '../../device/register/frames.js';
import { recorded as recordedZvt } from '../../device/register/zvt-frames.js';
import { serial as serialFrame, vrp } from '../../device/vending/vtk-frames.js';
import { Pty } from '../../kit/pty/pty.js';
import { portOf, tool } from '../kit/bench.js';

const KEYPAD = '[keypad]\ndevice = "/dev/input/event0"\n';

let pty: Pty;

beforeEach(async () => {
  pty = new Pty();
  await pty.plug();
});

afterEach(() => pty.remove());

it('names the frames of the configured register, and writes nothing, right or wrong', async () => {
  const tables = `[register]\ntransport = "serial"\ndevice = "${pty.path}"\n`;
  await tool(tables, ['sniff', 'register'], {}, async (test) => {
    await test.printed('open, 9600 baud');
    pty.send(recorded('question-qris-15000'));
    await test.printed('<- QRIS sale (31) Rp15.000');
    const damaged = recorded('question-qris-15000');
    damaged[20] = 0x39;
    pty.send(damaged);
    await test.printed('checksum 09, not 00');
    pty.send(recorded('question-qris-15000').slice(0, 40));
    await test.printed('E206 half a frame');
    await test.printed('<- 02 01 50', 3);
    expect(await test.stop()).toBe(0);
    await test.printed('350 bytes heard: fixed-frame bca (1 frame)');
  });
  expect(pty.waiting()).toBe(0);
});

it('says which protocol an unknown line looks like', async () => {
  const cases = [
    [recorded('question-qris-15000'), 'fixed-frame bca'],
    [recorded('mandiri-question-sale-15000'), 'fixed-frame mandiri'],
    [Buffer.from('{"op":"charge","ref":"INV-1","amount":15000}\n'), 'json'],
    [recordedZvt('serial-authorization-15000'), 'zvt'],
    [serialFrame(vrp('1', '7', '15000')), 'vendotek-serial'],
    [Buffer.from('c,STATUS,VEND,15000.00,7\n'), 'mdb-qibixx'],
    [Uint8Array.of(0xfa, 0xfb, 0x05, 0x03, 0x01, 0x00, 0x0c, 0x0a), 'fafb'],
  ] as const;
  for (const [bytes, title] of cases)
    await tool(KEYPAD, ['sniff', pty.path], {}, async (test) => {
      await test.printed('open, 9600 baud');
      pty.send(bytes);
      expect(await test.printed('looks like: ')).toMatch(new RegExp(`looks like: ${title}$`));
    });
  expect(pty.waiting()).toBe(0);
});

it('says where no protocol fits, and takes baud rate and protocol from the command line', async () => {
  await tool(KEYPAD, ['sniff', pty.path], { baud: 19_200 }, async (test) => {
    await test.printed('open, 19200 baud');
    pty.send(new Uint8Array(100).fill(0xf8));
    await test.printed('no protocol knows these bytes: another --baud?');
  });
  await tool(KEYPAD, ['sniff', pty.path], { protocol: 'fafb' }, (test) =>
    test.printed('open, 57600 baud').then(() => undefined),
  );
  await tool(KEYPAD, ['sniff', pty.path], { protocol: 'morse' }, async (test) => {
    expect(await test.stop()).toBe(1);
    expect(test.told[0]?.text).toMatch(/^--protocol morse: one of bca, mandiri, /);
  });
});

it('counts what comes too fast to show, and goes on listening', async () => {
  await tool(KEYPAD, ['sniff', pty.path], { protocol: 'bca' }, async (test) => {
    await test.printed('open, 9600 baud');
    pty.send(Uint8Array.from({ length: 8_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
    await test.printed('too fast to show');
    expect(test.lines.length).toBeLessThan(120);
    pty.send(recorded('question-qris-15000'));
    await test.printed('QRIS sale (31) Rp15.000');
  });
});

it('shows a break in the middle of bytes, an unplug and a replug', async () => {
  await tool(KEYPAD, ['sniff', pty.path], { protocol: 'bca' }, async (test) => {
    await test.printed('open, 9600 baud');
    pty.send(recorded('question-qris-15000').slice(0, 40));
    await test.printed('E206 half a frame');
    pty.send(Uint8Array.of(0x06));
    await test.printed('s of silence');
    await pty.unplug();
    await test.printed('nothing to hear');
    await pty.plug();
    await test.printed('open, 9600 baud', 2);
    expect(await test.stop()).toBe(0);
  });
});

it('says that somebody else has the line, and how to stop the terminal', async () => {
  await tool(KEYPAD, ['sniff', pty.path], { protocol: 'bca' }, async (first) => {
    await first.printed('open, 9600 baud');
    await tool(
      `[register]\ntransport = "serial"\ndevice = "${pty.path}"\n`,
      ['sniff', 'register'],
      {},
      async (second) => {
        await second.printed('if the terminal has it: systemctl stop gopay-pos');
        expect(await second.stop()).toBe(1);
      },
    );
  });
});

it('listens to a register that dials, and writes nothing to it either', async () => {
  const tables = '[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0\n';
  await tool(tables, ['sniff', 'register'], {}, async (test) => {
    const socket = connect(await portOf(test), '127.0.0.1');
    let heard = 0;
    socket.on('data', (bytes) => {
      heard += bytes.length;
    });
    const ended = new Promise((resolve) => socket.on('close', resolve));
    socket.write(recorded('question-qris-15000'));
    await test.printed('QRIS sale (31) Rp15.000');
    await test.stop();
    await ended;
    expect(heard).toBe(0);
  });
});

it('has nothing to hear of coin pulses, and asks which line', async () => {
  const pulse = '[vending]\nprotocol = "pulse"\nchip = "x"\nline = 1\npulse_value = 1000\n';
  const refused = [
    [`${KEYPAD}${pulse}`, 'vending', 'coin pulses have no bytes'],
    [KEYPAD, 'register', 'no register is configured'],
    [KEYPAD, 'toaster', 'which line?'],
  ] as const;
  for (const [tables, device, words] of refused)
    await tool(tables, ['sniff', device], {}, async (test) => {
      expect(await test.stop()).toBe(1);
      expect(test.told[0]?.text).toContain(words);
    });
});

it('shows each key and the amount that it makes; an unplugged pad takes its entry with it', async () => {
  const size = process.arch === 'arm' ? 16 : 24;
  await tool(`[keypad]\ndevice = "${pty.path}"\n`, ['keypad'], {}, async (test) => {
    await test.printed(`${pty.path} is there`);
    pty.send(press(size, 79, 76));
    await test.printed('<- KEY_KP1: 1 (code 79)');
    await test.printed('the customer sees Rp15');
    await pty.unplug();
    await test.printed('E103');
    await test.printed('the half-typed Rp15 is gone with it');
    await pty.plug();
    await test.printed(`${pty.path} is there`, 2);
    pty.send(press(size, 83, 80, 82, 82, 82, 82, 96));
    await test.printed('KEY_KPDOT: of no use here (code 83)');
    await test.printed('entered: Rp20.000 would be charged (not in this test)');
    expect(await test.stop()).toBe(0);
  });
});
