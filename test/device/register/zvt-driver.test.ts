import { describe, expect, it } from 'vitest';
import { ZvtRegister } from '../../../devices/register/zvt/driver.js';
import { hex } from '../../../src/base/bytes.js';
import type { RegisterResult } from '../../../src/base/register-messages.js';
import type { RegisterEvent } from '../../../src/port/register.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime, settled } from '../../kit/time.js';
import { concat } from './frames.js';
import { AUTHORIZATION, bytes, recorded, SALE, SHOP } from './zvt-frames.js';

const SALE_FRAME = hex(AUTHORIZATION);
/** Config 1E: we print, and it wants intermediate status. */
const WANTS_STATUS = '06 00 06 00 00 00 1e 03 60';
const OK = '80 00 00';
const REVERSAL = '06 30 06 00 00 00 87 00 12';

/** A register that dials (bare APDUs), by hand. */
function setUp(peer: 'cable' | 'caller' = 'caller') {
  const line = new FakeLine(peer);
  const timers = new FakeTime();
  const log = new KeptLog();
  const events: RegisterEvent[] = [];
  const driver = new ZvtRegister({ line, framing: 'stream', apartMs: 0, timers, log, ...SHOP });
  driver.start((event) => events.push(event));
  line.open();
  const brings = async (frame: string): Promise<string[]> => {
    line.bring(bytes(frame));
    await settled();
    return wrote();
  };
  const wrote = (): string[] => line.writes.splice(0).map(hex);
  const asked = (): string[] => events.splice(0).flatMap((e) => (e.kind === 'asked' ? [e.question.ask] : []));
  const answers = (frame: string, result: RegisterResult): Promise<string> =>
    driver.send(driver.encode(bytes(frame), result));
  const registers = async (frame: string): Promise<void> => {
    await brings(frame);
    const outcome = answers(frame, { result: 'echo' });
    await settled();
    await brings(OK);
    expect(await outcome).toBe('acknowledged');
    wrote();
    events.splice(0);
  };
  const about = { frame: AUTHORIZATION, orderId: SALE.orderId, amount: SALE.amount };
  const progress = (step: 'charging' | 'closing'): void => driver.progress({ ...about, step });
  const scan = (payload = 'QR'): void => driver.progress({ ...about, step: 'scan', payload, leftMs: 9 });
  return { line, timers, log, events, driver, brings, wrote, asked, answers, registers, progress, scan };
}

describe('a question', () => {
  it('is accepted half a second after it at the latest, well within the five that registers wait', async () => {
    const { timers, brings, wrote } = setUp();
    expect(await brings(SALE_FRAME)).toEqual([]);
    await timers.pass(499);
    expect(wrote()).toEqual([]);
    await timers.pass(1);
    expect(wrote()).toEqual(['800000']);
    await timers.pass(600_000);
    expect(wrote()).toEqual([]);
  });

  it('that was accepted meanwhile is refused by an abort with the same code', async () => {
    const { timers, brings, wrote, answers } = setUp();
    await brings(SALE_FRAME);
    await timers.pass(500);
    wrote();
    const outcome = answers(SALE_FRAME, { result: 'busy' });
    await settled();
    expect(wrote()).toEqual(['061e019c']);
    await brings(OK);
    expect(await outcome).toBe('acknowledged');
  });

  it('says how long the register waits where it wants no intermediate status', async () => {
    const { events, brings, registers } = setUp();
    const patience = (): unknown =>
      events.flatMap((e) => (e.kind === 'asked' && e.question.ask === 'sale' ? [e.question.patienceMs] : []));
    await brings(SALE_FRAME);
    expect(patience()).toEqual([160_000]);
    await registers(WANTS_STATUS);
    await brings(SALE_FRAME);
    expect(patience()).toEqual([undefined]);
  });

  it('other than an abort has no place in a payment, except the same and another one', async () => {
    const { brings, wrote, asked, progress } = setUp();
    await brings(SALE_FRAME);
    progress('charging');
    await settled();
    wrote();
    asked();
    for (const frame of ['05 01 00', '06 50 03 00 00 00', '06 20 00', '06 02 00', REVERSAL])
      expect(await brings(frame)).toEqual(['849c00']);
    expect(asked()).toEqual([]);
    await brings(SALE_FRAME);
    await brings('06 b0 00');
    await brings('06 01 07 04 00 00 00 00 70 00');
    expect(asked()).toEqual(['sale', 'cancel', 'sale']);
  });

  it('to abort a reversal is refused: the money is on its way back', async () => {
    const { brings, asked } = setUp();
    await brings(REVERSAL);
    expect(asked()).toEqual(['refund']);
    expect(await brings('06 b0 00')).toEqual(['848300']);
    expect(asked()).toEqual([]);
  });
});

describe('intermediate status', () => {
  it('comes at once with each step, and at least every 30 seconds, for as long as the QR is open', async () => {
    const { timers, brings, wrote, registers, progress, scan } = setUp();
    await registers(WANTS_STATUS);
    await brings(SALE_FRAME);
    progress('charging');
    await settled();
    expect(wrote()).toEqual(['800000', '04ff010e']);
    scan();
    // The reply to the one before is still under way.
    expect(wrote()).toEqual([]);
    expect(await brings(OK)).toEqual(['04ff010a']);
    await brings(OK);
    for (let told = 0; told < 40; told += 1) {
      await timers.pass(25_000);
      expect(wrote()).toEqual(['04ff010a']);
      await brings(OK);
    }
    progress('closing');
    await settled();
    expect(wrote()).toEqual(['04ff010e']);
  });

  it('is not said to a register that does not want it, nor of a sale that it does not wait for', async () => {
    const { driver, timers, brings, wrote, progress, scan } = setUp();
    progress('charging');
    await brings(SALE_FRAME);
    driver.progress({ frame: bytes(REVERSAL), orderId: 'X', amount: SALE.amount, step: 'charging' });
    await settled();
    expect(wrote()).toEqual([]);
    scan();
    await timers.pass(100_000);
    expect(wrote()).toEqual(['800000']);
  });

  it('is not piled up on a register that does not reply', async () => {
    const { timers, brings, wrote, registers, scan } = setUp();
    await registers(WANTS_STATUS);
    await brings(SALE_FRAME);
    scan();
    await settled();
    await timers.pass(200_000);
    expect(wrote()).toEqual(['800000', '04ff010a']);
    await brings(OK);
    await timers.pass(25_000);
    expect(wrote()).toEqual(['04ff010a']);
  });

  it('ends with the answer', async () => {
    const { timers, brings, wrote, registers, scan, answers } = setUp();
    await registers(WANTS_STATUS);
    await brings(SALE_FRAME);
    scan();
    await brings(OK);
    const outcome = answers(SALE_FRAME, { result: 'expired', sale: SALE });
    await settled();
    await brings(OK);
    await brings(OK);
    expect(await outcome).toBe('acknowledged');
    wrote();
    await timers.pass(600_000);
    expect(wrote()).toEqual([]);
  });
});

describe('a late reply to an intermediate status', () => {
  it('is not taken for the confirmation of the status information', async () => {
    const { timers, brings, wrote, registers, scan, answers } = setUp();
    await registers(WANTS_STATUS);
    await brings(SALE_FRAME);
    scan();
    await settled();
    await timers.pass(6_000);
    expect(wrote()).toEqual(['800000', '04ff010a']);
    let became: string | undefined;
    void answers(SALE_FRAME, { result: 'approved', sale: SALE }).then((outcome) => {
      became = outcome;
    });
    await settled();
    expect(wrote()).toHaveLength(1);
    // This one answers the status of before.
    expect(await brings(OK)).toEqual([]);
    expect(became).toBeUndefined();
    expect(await brings(OK)).toEqual(['060f00']);
    expect(became).toBe('acknowledged');
  });
});

describe('on a serial line', () => {
  async function told() {
    const line = new FakeLine();
    const timers = new FakeTime();
    const driver = new ZvtRegister({ line, timers, log: new KeptLog(), ...SHOP });
    driver.start(() => undefined);
    line.open();
    const brings = async (...frames: readonly Uint8Array[]): Promise<string[]> => {
      line.bring(concat(...frames));
      await settled();
      return line.writes.splice(0).map(hex);
    };
    await brings(recorded('serial-authorization-15000'));
    const outcome = driver.send(driver.encode(AUTHORIZATION, { result: 'approved', sale: SALE }));
    await settled();
    expect(line.writes.splice(0).map(hex)).toEqual([hex(recorded('serial-confirmed'))]);
    expect(await brings(ACK)).toEqual([hex(recorded('serial-status-information'))]);
    return { timers, brings, outcome };
  }
  const ACK = bytes('06');
  const confirmed = recorded('serial-confirmed');

  it('ACK and reply may come in one read', async () => {
    const { brings, outcome } = await told();
    const [ack, next] = await brings(ACK, confirmed);
    expect(ack).toBe('06');
    expect(next).toMatch(/^100206d1/);
    expect(await outcome).toBe('acknowledged');
  });

  it('a reply to something that the register has not acknowledged confirms nothing', async () => {
    const { timers, brings, outcome } = await told();
    expect(await brings(confirmed)).toEqual(['06']);
    await timers.pass(5_000);
    expect(await brings(ACK)).toEqual([hex(recorded('serial-status-information'))]);
    await timers.pass(5_000);
    expect(await outcome).toBe('silent');
  });
});

describe('a reply that crosses a new question', () => {
  it('is not taken for the confirmation of what is said to that question', async () => {
    const { brings, wrote, answers } = setUp();
    await brings(SALE_FRAME);
    const first = answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    expect(wrote().map((apdu) => apdu.slice(0, 4))).toEqual(['8000', '040f']);
    await brings(SALE_FRAME);
    expect(await first).toBe('silent');
    let became: string | undefined;
    void answers(SALE_FRAME, { result: 'approved', sale: SALE }).then((outcome) => {
      became = outcome;
    });
    await settled();
    // It is accepted at once, and told when nothing is under way any more.
    expect(wrote()).toEqual(['800000']);
    expect((await brings(OK)).map((apdu) => apdu.slice(0, 4))).toEqual(['040f']);
    expect(became).toBeUndefined();
    await brings(OK);
    expect(became).toBe('acknowledged');
  });

  it('is waited for no longer than any reply', async () => {
    const { timers, brings, wrote, answers } = setUp();
    await brings(SALE_FRAME);
    void answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    await timers.pass(2_000);
    await brings(SALE_FRAME);
    wrote();
    const again = answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    await timers.pass(3_000);
    expect(wrote().map((apdu) => apdu.slice(0, 4))).toEqual(['8000', '040f']);
    await brings(OK);
    expect(await again).toBe('acknowledged');
  });
});

describe('an answer', () => {
  it('is settled by the confirmed status information, while the rest goes on', async () => {
    const { brings, wrote, answers } = setUp();
    await brings('06 02 00');
    await brings(SALE_FRAME);
    const outcome = answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    expect(wrote().map((apdu) => apdu.slice(0, 4))).toEqual(['8000', '040f']);
    expect((await brings(OK))[0]).toMatch(/^06d1/);
    expect(await outcome).toBe('acknowledged');
    // A printer without paper: the rest of the receipt is left out.
    expect(await brings('84 cc 00')).toEqual(['060f00']);
    expect(await brings(OK)).toEqual([]);
  });

  it('is gone when the one that asked has hung up, and nothing is said to the next caller', async () => {
    const { line, brings, wrote, answers, progress } = setUp();
    await brings(SALE_FRAME);
    progress('charging');
    await settled();
    wrote();
    line.drop();
    line.open();
    expect(await answers(SALE_FRAME, { result: 'approved', sale: SALE })).toBe('gone');
    expect(wrote()).toEqual([]);
  });

  it('reaches the register at the other end of a cable that was out for a moment', async () => {
    const { line, brings, wrote, answers, progress } = setUp('cable');
    await brings(SALE_FRAME);
    progress('charging');
    await settled();
    wrote();
    line.drop();
    line.open();
    const outcome = answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    expect(wrote()[0]).toMatch(/^040f/);
    await brings(OK);
    expect(await outcome).toBe('acknowledged');
  });

  it('is not confirmed by a late reply to what was said before the cable was out', async () => {
    const { line, brings, wrote, registers, scan, answers } = setUp('cable');
    await registers(WANTS_STATUS);
    await brings(SALE_FRAME);
    scan();
    await settled();
    expect(wrote()).toEqual(['800000', '04ff010a']);
    line.drop();
    line.open();
    let became: string | undefined;
    void answers(SALE_FRAME, { result: 'approved', sale: SALE }).then((outcome) => {
      became = outcome;
    });
    await settled();
    expect(wrote().map((apdu) => apdu.slice(0, 4))).toEqual(['040f']);
    // To the status of before.
    expect(await brings(OK)).toEqual([]);
    expect(became).toBeUndefined();
    await brings(OK);
    expect(became).toBe('acknowledged');
  });

  it('is gone when the register has registered anew or asked for another payment meanwhile', async () => {
    for (const next of [WANTS_STATUS, '06 01 07 04 00 00 00 00 70 00']) {
      const { brings, wrote, answers } = setUp();
      await brings(SALE_FRAME);
      await brings(next);
      wrote();
      expect(await answers(SALE_FRAME, { result: 'approved', sale: SALE })).toBe('gone');
      expect(wrote()).toEqual([]);
    }
  });

  it('is silent when the register asks something else in the middle of it, and that is served', async () => {
    const { brings, wrote, asked, answers } = setUp();
    await brings(SALE_FRAME);
    const outcome = answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    wrote();
    expect(asked()).toEqual(['sale']);
    expect(await brings('05 01 00')).toEqual([]);
    expect(asked()).toEqual(['echo']);
    expect(await outcome).toBe('silent');
  });

  it('to an abort that comes too late proves nothing about the payment', async () => {
    const { brings, wrote, answers } = setUp();
    await brings('06 b0 00');
    expect(await answers('06 b0 00', { result: 'approved', sale: SALE })).toBe('gone');
    expect(wrote()).toEqual(['848300']);
  });

  it('to a machine that waits for ever is asked for as long as its request says', async () => {
    const frame = '06 01 0d 01 08 02 03 04 00 00 01 50 00 00 19 40';
    const { timers, brings, wrote, answers } = setUp();
    await brings(frame);
    const outcome = answers(frame, { result: 'approved', sale: SALE });
    await settled();
    let told = 0;
    for (let n = 0; n < 10; n += 1) {
      told += wrote().filter((apdu) => apdu.startsWith('040f')).length;
      await brings('84 9c 00');
      await timers.pass(2_000);
    }
    expect(told).toBe(3);
    expect(await outcome).toBe('silent');
  });

  it('is gone when the terminal stops in the middle of it', async () => {
    const { driver, brings, answers, timers } = setUp();
    await brings(SALE_FRAME);
    const outcome = answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    await driver.stop();
    expect(await outcome).toBe('gone');
    expect(timers.waiting()).toEqual([]);
  });
});

describe('lines for our printer', () => {
  it('are one slip, printed when the last line is there', async () => {
    const { events, brings, wrote, answers } = setUp();
    expect(await brings('06 d1 03 00 41 42')).toEqual(['800000']);
    expect(await brings('06 d1 02 ff 02')).toEqual(['800000']);
    expect(await brings('06 d1 02 40 43')).toEqual(['800000']);
    expect(events.filter(({ kind }) => kind === 'asked')).toEqual([]);
    expect(await brings('06 d1 01 81')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ question: { ask: 'print', lines: ['AB', '', '', 'C'] } });
    expect(await answers('06 d1 01 81', { result: 'done' })).toBe('acknowledged');
    expect(wrote()).toEqual(['800000']);
  });

  it('without an end are printed when they are too many, and half of them go with the line', async () => {
    const { line, events, brings } = setUp();
    await brings('06 d1 02 00 41');
    line.drop();
    line.open();
    for (let n = 0; n < 200; n += 1) await brings('06 d1 02 00 42');
    expect(events.at(-1)).toMatchObject({ question: { ask: 'print', lines: Array(200).fill('B') } });
  });
});

describe('the QR', () => {
  const withQr = hex(recorded('paper-registration-with-qr'));

  it('is printed once a sale by a register that enabled it', async () => {
    const { brings, wrote, registers, scan } = setUp();
    await registers(withQr);
    await brings(SALE_FRAME);
    scan('00020101');
    await settled();
    wrote();
    expect((await brings(OK))[0]).toContain(Buffer.from('00020101').toString('hex'));
    await brings(OK);
    await brings(SALE_FRAME);
    scan('00020101');
    await settled();
    expect(wrote()).toEqual(['800000', expect.stringMatching(/^04ff/)]);
    expect(await brings(OK)).toEqual([]);
  });

  it('does not keep the register from hearing that it is there to be scanned', async () => {
    const { brings, wrote, registers, progress, scan } = setUp();
    await registers(withQr);
    await brings(SALE_FRAME);
    progress('charging');
    await settled();
    expect(wrote()).toEqual(['800000', '04ff010e']);
    // The reply to "please wait" is still under way.
    scan('00020101');
    expect(await brings(OK)).toEqual([expect.stringMatching(/^06d3/)]);
    expect(await brings(OK)).toEqual([expect.stringMatching(/^04ff..ff/)]);
    expect(await brings(OK)).toEqual([]);
  });

  it('is not sent to a register that did not, nor one that takes no APDU so long', async () => {
    for (const frame of [
      WANTS_STATUS,
      hex(recorded('paper-registration-with-containers')).replace('0978', '0360'),
      '06 00 17 00 00 00 9e 03 60 06 0f 26 04 0a 02 06 d3 1f 04 02 00 80 1a 02 00 80',
    ]) {
      const { brings, wrote, registers, scan } = setUp();
      await registers(frame);
      await brings(SALE_FRAME);
      scan('0'.repeat(250));
      await settled();
      expect(wrote()).toEqual(['800000', expect.stringMatching(/^04ff/)]);
      expect(await brings(OK)).toEqual([]);
    }
  });
});

describe('two messages of ours that follow each other', () => {
  async function setUpApart() {
    const line = new FakeLine('caller');
    const timers = new FakeTime();
    const driver = new ZvtRegister({ line, timers, log: new KeptLog(), ...SHOP });
    driver.start(() => undefined);
    line.open();
    line.bring(AUTHORIZATION);
    const outcome = driver.send(driver.encode(AUTHORIZATION, { result: 'approved', sale: SALE }));
    await settled();
    return { line, timers, driver, outcome, wrote: () => line.writes.splice(0).map(hex) };
  }

  it('are so far apart over TCP that one read does not bring both', async () => {
    const { timers, wrote } = await setUpApart();
    await timers.pass(99);
    expect(wrote()).toEqual(['800000']);
    await timers.pass(1);
    expect(wrote().map((apdu) => apdu.slice(0, 4))).toEqual(['040f']);
  });

  it('have no pause between them where the register has said something', async () => {
    const { line, timers, wrote, outcome } = await setUpApart();
    await timers.pass(100);
    wrote();
    line.bring(bytes(OK));
    await settled();
    expect(wrote().map((apdu) => apdu.slice(0, 4))).toEqual(['06d1']);
    expect(await outcome).toBe('acknowledged');
  });

  it('are no reason to take what comes in the pause for the reply to the second', async () => {
    const { line, timers, wrote, outcome } = await setUpApart();
    line.bring(bytes(OK));
    await settled();
    expect(wrote().map((apdu) => apdu.slice(0, 4))).toEqual(['8000', '040f']);
    await timers.pass(5_000);
    expect(await outcome).toBe('silent');
  });

  it('are one where the register begins anew in the pause: the second is not said any more', async () => {
    const { line, timers, wrote, outcome } = await setUpApart();
    expect(wrote()).toEqual(['800000']);
    line.bring(AUTHORIZATION);
    await settled();
    expect(await outcome).toBe('silent');
    expect(wrote()).toEqual([]);
    await timers.pass(500);
    expect(wrote()).toEqual(['800000']);
  });

  it('do not wait for a register that has hung up', async () => {
    const { line, outcome } = await setUpApart();
    line.drop();
    expect(await outcome).toBe('gone');
  });
});

describe('the goods of a machine', () => {
  it.each([
    ['84 00 00', 'acknowledged'],
    ['80 00 00', 'acknowledged'],
    ['84 9d 07 04 00 00 00 50 00 00', 'partly'],
    ['84 9d 00', 'partly'],
    ['84 6c 00', 'rejected'],
  ])('%s in reply to the status information says that they were: %s', async (reply, said) => {
    const { brings, answers } = setUp();
    await brings(SALE_FRAME);
    const outcome = answers(SALE_FRAME, { result: 'approved', sale: SALE });
    await settled();
    await brings(reply);
    expect(await outcome).toBe(said);
  });

  it('may come after "wait", all of them or a part', async () => {
    for (const [reply, said] of [
      ['84 00 00', 'acknowledged'],
      ['84 9d 07 04 00 00 00 50 00 00', 'partly'],
    ] as const) {
      const { timers, brings, answers } = setUp();
      await brings(SALE_FRAME);
      const outcome = answers(SALE_FRAME, { result: 'approved', sale: SALE });
      await settled();
      await brings('84 9c 00');
      await timers.pass(2_000);
      await brings(reply);
      expect(await outcome).toBe(said);
    }
  });
});
