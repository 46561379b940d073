import { Failure } from '../src/base/fault.js';
import { readPadKey } from '../src/base/key.js';
import type { Display } from '../src/port/display.js';
import type { Keypad } from '../src/port/keypad.js';
import type { Printer } from '../src/port/printer.js';
import type { Speaker } from '../src/port/speaker.js';
import { ConsoleSurface } from './display/console/console.js';
import type { Rotation } from './display/framebuffer/canvas.js';
import { FramebufferSurface } from './display/framebuffer/framebuffer.js';
import { KioskPage } from './display/kiosk/kiosk-page.js';
import { type Brightness, DIALECTS, type DialectName } from './display/pole/dialect.js';
import { PoleSurface } from './display/pole/pole.js';
import { ScreenDisplay } from './display/screen-display.js';
import { DeviceSource } from './keypad/device-source.js';
import { EvdevKeypad } from './keypad/evdev.js';
import { SerialLine } from './kit/serial-line.js';
import type { Tools } from './kit/tools.js';
import { openPrinter, type TransportSettings } from './printer/open-printer.js';
import type { ProfileChanges } from './printer/profile.js';
import { AlsaSpeaker, type SpeakerSettings } from './speaker/speaker.js';

export interface KeypadSettings {
  /** Several event devices can make up one pad. */
  readonly device: readonly string[];
  readonly grab: boolean;
  /** `523=enter`, as {@link readPadKey} takes it. */
  readonly map: readonly string[];
}

export function keypads(settings: KeypadSettings, tools: Tools): Keypad[] {
  const { timers, log } = tools;
  return settings.device.map(
    (path) =>
      new EvdevKeypad({
        source: new DeviceSource({ path, grab: settings.grab }),
        timers,
        log: log.child('keypad'),
        arch: process.arch,
        map: new Map(
          settings.map.flatMap((text) => readPadKey(text) ?? []).map(({ code, key }) => [code, key]),
        ),
      }),
  );
}

export type PrinterSettings = ProfileChanges & { readonly profile: string } & (
    | { readonly transport: 'usb'; readonly device: string }
    | {
        readonly transport: 'serial';
        readonly device: string;
        readonly baud: number;
        readonly flow: 'none' | 'rtscts' | 'xonxoff';
      }
    | { readonly transport: 'tcp'; readonly host: string; readonly port: number }
  );

/** @throws Failure 413 for a profile that there is none of */
export function printer(settings: PrinterSettings, tools: Tools): Printer {
  const { profile, widthDots, columns, qr, cutter, status } = settings;
  const opened = openPrinter(
    { transport: whereIs(settings), profile, widthDots, columns, qr, cutter, status },
    tools,
  );
  if (!opened.ok) throw new Failure(opened.error);
  return opened.value;
}

function whereIs(settings: PrinterSettings): TransportSettings {
  switch (settings.transport) {
    case 'usb':
      return { kind: 'usb', device: settings.device };
    case 'serial':
      return { kind: 'serial', device: settings.device, baud: settings.baud, flow: settings.flow };
    case 'tcp':
      return { kind: 'tcp', host: settings.host, port: settings.port };
  }
}

export function speaker(settings: SpeakerSettings, tools: Tools): Speaker {
  return new AlsaSpeaker(settings, { ...tools, log: tools.log.child('speaker') });
}

export interface PageSettings {
  readonly host: string;
  readonly port: number;
  readonly keypad: boolean;
  readonly hostNames: readonly string[];
  readonly language: 'both' | 'id' | 'en';
  readonly shop: string;
}

export function page(settings: PageSettings, tools: Tools): KioskPage {
  const { host, port, language, shop } = settings;
  return new KioskPage({
    host,
    port,
    language,
    shop,
    pad: settings.keypad,
    ...tools,
    log: tools.log.child('page'),
  });
}

/** What every screen is told. */
export interface ScreenWords {
  readonly language: 'both' | 'id' | 'en';
  readonly shop: string;
}

export interface FramebufferSettings {
  readonly device: string;
  readonly rotate: Rotation;
  readonly swapRedBlue: boolean;
  readonly connector?: string;
}

const SYSFS = '/sys/class';

export function framebuffer(settings: FramebufferSettings, words: ScreenWords, tools: Tools): Display {
  const { device, connector, rotate, swapRedBlue } = settings;
  const surface = new FramebufferSurface({
    place: { device, sysfs: SYSFS, ...(connector === undefined ? {} : { connector }) },
    rotation: rotate,
    swapRedBlue,
    ...words,
    timers: tools.timers,
    log: tools.log.child('framebuffer'),
  });
  return new ScreenDisplay(surface, tools.clock, tools.timers);
}

export interface PoleSettings {
  readonly device: string;
  readonly baud: number;
  readonly dialect: DialectName;
  readonly brightness: Brightness;
  readonly countdown: boolean;
}

/** A pole takes its lines in a tenth of a second: a line that takes none in this is stuck, and the display must be told. */
const POLE_WRITE_MS = 2_000;

export function pole(settings: PoleSettings, words: ScreenWords, tools: Tools): Display {
  const { device, baud, dialect, brightness, countdown } = settings;
  const { timers } = tools;
  const log = tools.log.child('pole');
  const line = new SerialLine({ path: device, baudRate: baud, timers, log, writeLimitMs: POLE_WRITE_MS });
  const style = { ...words, countdown };
  const surface = new PoleSurface({ line, dialect: DIALECTS[dialect], brightness, style, timers, log });
  return new ScreenDisplay(surface, tools.clock, timers);
}

export interface ConsoleSettings {
  readonly device: string;
  readonly customer: boolean;
}

export function textConsole(settings: ConsoleSettings, words: ScreenWords, tools: Tools): Display {
  const surface = new ConsoleSurface({
    device: settings.device,
    faces: settings.customer ? 'customer' : 'technician',
    style: words,
    timers: tools.timers,
    log: tools.log.child('console'),
  });
  return new ScreenDisplay(surface, tools.clock, tools.timers);
}
