import { DeviceSource } from '../../../devices/keypad/device-source.js';
import { EvdevKeypad } from '../../../devices/keypad/evdev.js';

// A whole program around the real source, for keypad-device.test.ts: prints each event, stops after argv[3] keys, and
// then has nothing left that could hold the process. It never calls process.exit.
const [, , path = '', keys = '0'] = process.argv;
const print = (text: string | (() => string)): void => {
  process.stderr.write(`${typeof text === 'string' ? text : text()}\n`);
};
const log = { error: print, warn: print, info: print, debug: print, child: () => log };
const timers = {
  after: (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
const keypad = new EvdevKeypad({ source: new DeviceSource({ path }), timers, log, arch: process.arch });
let left = Number(keys);
keypad.start((event) => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
  if (event.kind === 'present' && left === 0) void keypad.stop();
  if (event.kind !== 'key') return;
  left -= 1;
  if (left === 0) void keypad.stop();
});
