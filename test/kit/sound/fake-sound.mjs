// The programs aplay and espeak-ng, without a sound card and without a voice. Run as `fake-sound.mjs FOLDER NAME arguments`.
// What aplay was given lies in FOLDER/play-N.wav, byte for byte; FOLDER/log has a line for each program, as it begins.
// espeak-ng "speaks" a text as one loud sample and one sample a character, so that what was played can be read again;
// like the real one to a pipe it says a length of 2 GB. FOLDER/trouble says how they fail: absent, cut, hang, mute,
// voiceless, busy (always) or busy:N (N times).
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '', name, ...args] = process.argv.slice(2);
const troubleFile = join(folder, 'trouble');
const trouble = existsSync(troubleFile) ? readFileSync(troubleFile, 'utf8') : '';
appendFileSync(join(folder, 'log'), `${JSON.stringify({ pid: process.pid, name, args })}\n`);

/** @param {string} words @returns {never} */
function die(words) {
  process.stderr.write(words);
  process.exit(1);
}

/** @param {string} text */
function speak(text) {
  if (trouble === 'voiceless') die('Error: The specified espeak-ng voice does not exist.\n');
  const samples = trouble === 'mute' ? [] : [255, ...Buffer.from(text, 'latin1')];
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  Buffer.from(
    '52494646 24f0ff7f 57415645 666d7420 10000000 0100 0100 22560000 44ac0000 0200 1000 64617461 00f0ff7f'.replaceAll(
      ' ',
      '',
    ),
    'hex',
  ).copy(bytes);
  for (const [at, code] of samples.entries()) bytes.writeInt16LE(code * 100, 44 + 2 * at);
  process.stdout.write(bytes);
}

function busy() {
  const times = /^busy(?::(\d+))?$/.exec(trouble);
  if (times === null) return;
  if (times[1] === '0') return;
  if (times[1] !== undefined) writeFileSync(troubleFile, `busy:${Number(times[1]) - 1}`);
  die('aplay: main:831: audio open error: Device or resource busy\n');
}

if (name === 'espeak-ng') speak(args.at(-1) ?? '');
else {
  if (trouble === 'absent')
    die(
      'ALSA lib confmisc.c:165:(snd_config_get_card) Cannot get card index for 9\naplay: main:831: audio open error: No such file or directory\n',
    );
  busy();
  const input = readFileSync(0);
  const number = readdirSync(folder).filter((file) => /^play-\d+\.wav$/.test(file)).length;
  // Whole, or not there.
  writeFileSync(join(folder, 'part'), input);
  renameSync(join(folder, 'part'), join(folder, `play-${number}.wav`));
  if (trouble === 'cut') die('aplay: pcm_write:2127: write error: No such device\n');
  if (trouble === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
