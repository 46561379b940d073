// The programs gpioset and gpiodetect as the manual pages of libgpiod 1.6 and 2.x describe them, without a GPIO chip:
// they write down when a level would change. Time is counted, not waited for. Run as `fake-gpio.mjs NAME arguments`.
//   FAKE_GPIO_VERSION 1.6.3 or 2.2.1          FAKE_GPIO_LOG file: one line a level, `pid ms level`
//   FAKE_GPIO_CHIPS what gpiodetect prints    FAKE_GPIO_TROUBLE busy, busy:LINE | set | hang | kill:N, wait:N (at the Nth level)
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const [name, ...args] = process.argv.slice(2);
const { FAKE_GPIO_VERSION: version = '', FAKE_GPIO_LOG: log = '', FAKE_GPIO_CHIPS: chips = '' } = process.env;
const { FAKE_GPIO_TROUBLE: trouble = '' } = process.env;

/** @param {string} words @returns {never} */
function die(words) {
  process.stderr.write(`${name}: ${words}\n`);
  process.exit(1);
}

if (args[0] === '--version') {
  process.stdout.write(`${name} (libgpiod) v${version}\nCopyright\n`);
  process.exit(0);
}

if (name === 'gpiodetect') {
  process.stdout.write(chips);
  process.exit(0);
}

let activeLow = false;
let elapsedMs = 0;
let edges = 0;

/** @param {boolean} active */
function level(active) {
  edges += 1;
  if (trouble === `kill:${edges}`) process.kill(process.pid, 'SIGKILL');
  if (trouble === `wait:${edges}`) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  appendFileSync(log, `${process.pid} ${elapsedMs} ${active !== activeLow ? 1 : 0}\n`);
}

/** @param {unknown} chip @param {string | undefined} value */
function request(chip, value) {
  const active = assignment(value);
  if (!chips.split('\n').some((line) => line.startsWith(`${chip} `)))
    die(`cannot find a GPIO chip '${chip}'`);
  if (trouble === 'busy' || trouble === `busy:${value?.split('=')[0]}`)
    die(`unable to request lines on chip '/dev/${chip}': Device or resource busy`);
  level(active);
}

/** @param {string | undefined} text */
function assignment(text) {
  const match = /^(\d+)=([01])$/.exec(text ?? '');
  if (match === null) die(`invalid line value: '${text}'`);
  return match[2] === '1';
}

/**
 * Short name, long name, kind.
 * @param {readonly [string, string, 'boolean' | 'string'][]} list
 */
function parse(list) {
  /** @type {Record<string, { short?: string, type: 'boolean' | 'string' }>} */
  const options = { version: { type: 'boolean' } };
  for (const [short, long, type] of list) options[long] = { short, type };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return die(String(error));
  }
}

if (version.startsWith('1.')) {
  const { values, positionals } = parse([
    ['l', 'active-low', 'boolean'],
    ['m', 'mode', 'string'],
    ['u', 'usec', 'string'],
    ['s', 'sec', 'string'],
  ]);
  activeLow = values['active-low'] === true;
  const [chip, ...lines] = positionals;
  if (lines.length !== 1) die('at least one GPIO line offset to value mapping must be specified');
  request(chip, lines[0]);
} else {
  const { values, positionals } = parse([
    ['c', 'chip', 'string'],
    ['C', 'consumer', 'string'],
    ['l', 'active-low', 'boolean'],
    ['t', 'toggle', 'string'],
    ['p', 'hold-period', 'string'],
  ]);
  activeLow = values['active-low'] === true;
  if (positionals.length !== 1) die('at least one GPIO line value must be specified');
  let active = assignment(positionals[0]);
  request(values['chip'], positionals[0]);
  const periods = String(values['toggle'] ?? '')
    .split(',')
    .map((text) => {
      const match = /^(\d+)(us|ms|s)?$/.exec(text);
      if (match === null) return die(`invalid period: '${text}'`);
      return Number(match[1]) * ({ us: 0.001, s: 1000 }[match[2] ?? 'ms'] ?? 1);
    });
  const isTrain = periods.length > 1;
  if (periods.at(-1) !== 0 || (trouble === 'hang' && isTrain)) setInterval(() => undefined, 1_000);
  if (trouble === 'set' && isTrain)
    process.stderr.write(`${name}: unable to set values on '${values['chip']}'\n`);
  for (const ms of periods.slice(0, -1)) {
    elapsedMs += ms;
    active = !active;
    level(active);
  }
}
