import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recorded } from '../../device/register/frames.js';
import { Pty } from '../../kit/pty/pty.js';
import { until } from '../../kit/pty/until.js';
import { ZvtRegisterPeer } from '../../kit/zvt/register.js';
import { portOf, tool } from '../kit/bench.js';

const ACK = Uint8Array.of(0x06);

/** ZVT: a registration, and an authorization of Rp15.000. */
const REGISTRATION = '0600060000001e0360';
const SALE = '06010a04000001500000490360';

let pty: Pty;

beforeEach(async () => {
  pty = new Pty();
  await pty.plug();
});

afterEach(() => pty.remove());

function serial(profile: string): string {
  return `[register]\nprofile = "${profile}"\ntransport = "serial"\ndevice = "${pty.path}"\n`;
}

/** A recorded question for a sale, how many bytes its answer has, and what the driver calls the answer. */
const SALES = [
  ['bca', 'question-qris-15000', 205, 'P3 cancelled'],
  ['mandiri', 'mandiri-question-sale-15000', 0, 'Rp15.000: '],
  ['bri', 'bri-question-qr-15000', 305, 'Rp15.000: '],
  ['cimb', 'cimb-question-qris-15000', 305, 'Rp15.000: '],
] as const;

it.each(SALES)(
  'pretends a sale to a register of profile %s: asked, and not paid',
  async (profile, name, length, words) => {
    await tool(serial(profile), ['register'], { afterMs: 20 }, async (test) => {
      await test.printed('the register is there');
      pty.send(recorded(name));
      expect(await pty.take(1)).toEqual(ACK);
      await test.printed('asked: sale of Rp15.000');
      await test.printed('<- 02 ');
      const said = await test.printed(words);
      expect(said).not.toMatch(/approved|berhasil|sukses/i);
      if (length > 0) expect((await pty.take(length))[0]).toBe(0x02);
      await test.printed('-> 02 ');
      pty.send(ACK);
      // Registers of some profiles acknowledge no refusal: then it is taken as heard.
      await test.printed('the answer "cancelled": the register acknowledged it');
      expect(await test.stop()).toBe(0);
    });
  },
);

it('says "approved" only when that was asked for, and warns', async () => {
  await tool(serial('bca'), ['register'], { afterMs: 20, answer: 'approved' }, async (test) => {
    await test.printed('WARNING: the register will book its bill as paid');
    await test.printed('the register is there');
    pty.send(recorded('question-qris-15000'));
    await test.printed('00 approved');
    pty.send(ACK);
  });
  for (const answer of ['cancelled', 'expired', 'unknown', 'denied', 'busy'])
    await tool(serial('bca'), ['register'], { afterMs: 20, answer }, async (test) => {
      await test.printed('the register is there');
      pty.send(recorded('question-qris-15000'));
      await test.printed('-> QRIS sale');
      pty.send(ACK);
      expect(test.lines.join('\n')).not.toMatch(/WARNING|approved/);
    });
});

it('gives the same question the same answer, byte for byte, until it is acknowledged', async () => {
  await tool(serial('bca'), ['register'], { afterMs: 20, answer: 'expired' }, async (test) => {
    await test.printed('the register is there');
    const question = recorded('question-qris-15000');
    pty.send(question);
    const first = (await pty.take(206)).slice(1);
    pty.send(question);
    expect((await pty.take(206)).slice(1)).toEqual(first);
    pty.send(ACK);
    await test.printed('acknowledged it');
    pty.send(question);
    await test.printed('a pretended sale begins', 2);
  });
});

it('answers the other questions of a register, and says nothing of sales that it does not know', async () => {
  await tool(serial('bca'), ['register'], {}, async (test) => {
    await test.printed('the register is there');
    pty.send(recorded('question-echo'));
    await pty.take(206);
    pty.send(ACK);
    await test.printed('the answer "echo"');
    pty.send(recorded('question-inquiry'));
    await pty.take(206);
    pty.send(ACK);
    await test.printed('the answer "busy"');
  });
});

it('pretends a sale to a register that dials and speaks JSON, with a QR that no wallet pays', async () => {
  const tables = '[register]\nprotocol = "json"\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0\n';
  await tool(tables, ['register'], { afterMs: 50, json: true }, async (test) => {
    const socket = connect(await portOf(test), '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => {
      heard += bytes.toString();
    });
    socket.write('{"op":"charge","ref":"INV-1","amount":15000}\n');
    await until('the answer', () => heard.includes('cancelled'));
    expect(heard).toContain('UJI COBA - BUKAN PEMBAYARAN');
    socket.destroy();
    expect(await test.stop()).toBe(0);
    const printed = test.lines.map((line) => JSON.parse(line) as Record<string, string>);
    const sent = printed.flatMap(({ dir, hex = '' }) => (dir === 'out' ? [hex.replaceAll(' ', '')] : []));
    expect(heard).toBe(Buffer.from(sent.join(''), 'hex').toString());
  });
});

it('pretends a sale to a register that speaks ZVT, written by somebody else', async () => {
  const tables = '[register]\nprotocol = "zvt"\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0\n';
  await tool(tables, ['register'], { afterMs: 50, answer: 'denied' }, async (test) => {
    const register = new ZvtRegisterPeer({ by: 'tcp', port: await portOf(test) });
    try {
      register.send(REGISTRATION);
      await register.hearsUpTo('060f');
      register.send(SALE);
      const heard = await register.hearsUpTo('061e');
      expect(heard.map(({ heard: what }) => what)).not.toContain('060f');
      await test.printed('06 01 authorization, amount 000001500000');
      await test.printed('the answer "denied": the register acknowledged it');
    } finally {
      await register.stop();
    }
  });
});

it('sees a register go and come back', async () => {
  await tool(serial('bca'), ['register'], { afterMs: 20 }, async (test) => {
    await test.printed('the register is there');
    await pty.unplug();
    await test.printed('the register is not there');
    await pty.plug();
    await test.printed('the register is there', 2);
    pty.send(recorded('question-qris-15000'));
    await test.printed('P3 cancelled');
  });
});

it('ends an open sale with "cancelled" at Ctrl-C, and with 1 where no register ever was', async () => {
  await tool(serial('bca'), ['register'], { afterMs: 600_000 }, async (test) => {
    await test.printed('the register is there');
    pty.send(recorded('question-qris-15000'));
    await test.printed('a pretended sale begins');
    expect(await test.stop()).toBe(0);
    await test.printed('P3 cancelled');
    expect((await pty.take(206))[1]).toBe(0x02);
  });
  const absent = '[register]\ntransport = "serial"\ndevice = "/nonexistent/tty"\n';
  await tool(absent, ['register'], {}, async (test) => {
    await test.printed('the register is not there: E201');
    expect(await test.stop()).toBe(1);
  });
});

it('names what it cannot begin with', async () => {
  await tool(serial('bca'), ['register'], { answer: 'yes' }, async (test) => {
    expect(await test.stop()).toBe(1);
    expect(test.told[0]?.text).toContain('--answer yes: one of cancelled, expired');
  });
  await tool('[keypad]\ndevice = "/dev/input/event0"\n', ['vending'], {}, async (test) => {
    expect(await test.stop()).toBe(1);
    expect(test.told[0]?.text).toBe('no vending machine is configured');
  });
});
