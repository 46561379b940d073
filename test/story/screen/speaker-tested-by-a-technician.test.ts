import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Failure } from '../../../src/base/fault.js';
import type { ControlAnswer } from '../../../src/control/answer.js';
import { testDevices } from '../../../src/programs/device-test.js';
import { systemEnvironment } from '../../../src/programs/environment.js';
import { story } from '../kit/shop.js';
import { hears, speakerStory, TABLE, withSounds } from '../kit/speaker-shop.js';
import { ask } from '../kit/technician.js';

const HEARD = 'It should have been heard without a gap: "uji suara, lima belas ribu rupiah"';

/** The command where no terminal runs. */
async function alone(folder: string, tables: string): Promise<ControlAnswer> {
  const file = join(folder, 'terminal.toml');
  writeFileSync(
    file,
    `[terminal]\nid = "T1"\nshop = "Warung"\n[gateway]\nmode = "relay"\nurl = "http://127.0.0.1:2"\nsecret = "file:/unused"\n${tables}`,
  );
  const answers: ControlAnswer[] = [];
  await testDevices({
    file,
    args: ['speaker'],
    environment: systemEnvironment({ level: 'error', credentialPrefix: 'gopay-pos.' }),
    flags: {},
    print: () => undefined,
    untilStopped: () => Promise.resolve(),
    askTerminal: () =>
      Promise.reject(new Failure({ kind: 'temporary', code: 831, detail: 'connect ENOENT /run/none' })),
    tell: (answer) => answers.push(answer),
  });
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) throw new Error(`${answers.length} answers`);
  return answer;
}

it('says a sentence that is no payment, by the terminal that runs, and why it cannot', () =>
  speakerStory({}, async (shop, sounds) => {
    const tested = await ask(shop, 'test', ['speaker']);
    expect(tested.good).toBe(true);
    expect(tested.text).toContain(`speaker: said. ${HEARD}`);
    await hears(shop, sounds, 'uji suara, lima belas ribu rupiah');
    sounds.trouble('absent');
    expect(await ask(shop, 'test', ['speaker'])).toMatchObject({
      good: false,
      text: 'speaker: not said: E492 aplay: main:831: audio open error: No such file or directory',
    });
    // It is nothing that could be said again.
    expect(await ask(shop, 'say', ['again'])).toMatchObject({ good: false });
  }));

it('says that there is no speaker where none is configured', () =>
  story({ mqtt: false }, async (shop) => {
    expect(await ask(shop, 'test', ['speaker'])).toMatchObject({
      good: false,
      text: 'no speaker is configured',
    });
    expect(await ask(shop, 'say', ['again'])).toMatchObject({
      good: false,
      text: 'no speaker is configured',
    });
    expect((await ask(shop, 'status')).text).not.toContain('speaker');
  }));

it('says it without a running terminal, too', () =>
  withSounds(async (sounds) => {
    expect(await alone(sounds.folder, TABLE)).toMatchObject({
      good: true,
      text: expect.stringContaining(HEARD),
    });
    expect(sounds.texts()).toEqual(['uji suara, lima belas ribu rupiah']);
    expect(await alone(sounds.folder, '')).toMatchObject({ good: false, text: 'no speaker is configured' });
    expect(await alone(sounds.folder, '[speaker]\nvolume = 0')).toMatchObject({
      good: true,
      text: 'speaker: not said: its volume is 0 at this hour (speaker.volume, speaker.quiet)',
    });
  }));
