import { Failure } from '../src/base/fault.js';
import type { Clock, Random, Timers } from '../src/port/clock.js';
import type { Keypad } from '../src/port/keypad.js';
import type { Log } from '../src/port/log.js';
import type { Printer } from '../src/port/printer.js';
import type { Register } from '../src/port/register.js';
import { KioskPage } from './display/kiosk/kiosk-page.js';
import { DeviceSource } from './keypad/device-source.js';
import { EvdevKeypad } from './keypad/evdev.js';
import { SerialLine } from './kit/serial-line.js';
import { TcpLine } from './kit/tcp-line.js';
import { openPrinter, type TransportSettings } from './printer/open-printer.js';
import type { ProfileChanges } from './printer/profile.js';
import { FixedFrameRegister } from './register/fixed-frame/driver.js';

/** The explicit list of what this terminal can be connected to: settings in, drivers out. Nothing is opened here. */
export interface Tools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export interface KeypadSettings {
  /** Several event devices can make up one pad. */
  readonly device: readonly string[];
  readonly grab: boolean;
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
      }),
  );
}

/** Minutes from UTC to the clocks of western, central and eastern Indonesia. */
const ZONE_MINUTES = { WIB: 420, WITA: 480, WIT: 540 } as const;

export type RegisterSettings = {
  readonly lrc: 'strict' | 'warn';
  readonly approvalLength: 9 | 6;
  readonly acknowledge: 'required' | 'assumed';
  readonly ackWaitSeconds: number;
  readonly resends: number;
  readonly zone: keyof typeof ZONE_MINUTES;
  readonly merchantId: string;
  readonly terminalId: string;
} & (
  | { readonly transport: 'serial'; readonly device: string; readonly baud: number }
  | { readonly transport: 'tcp'; readonly host: string; readonly port: number }
);

export function register(settings: RegisterSettings, tools: Tools): Register {
  const { timers } = tools;
  const log = tools.log.child('register');
  const line =
    settings.transport === 'serial'
      ? new SerialLine({ path: settings.device, baudRate: settings.baud, timers, log })
      : new TcpLine({ host: settings.host, port: settings.port, timers, log });
  return new FixedFrameRegister({
    // The journal knows the register by this name: a new cable or port must not make it a stranger.
    name: 'register',
    line,
    timers,
    log,
    lrc: settings.lrc,
    ackWaitMs: settings.ackWaitSeconds * 1000,
    // One that never acknowledges would take each resend for another answer.
    resends: settings.acknowledge === 'assumed' ? 0 : settings.resends,
    zoneMinutes: ZONE_MINUTES[settings.zone],
    qrisApprovalLength: settings.approvalLength,
    merchantId: settings.merchantId,
    terminalId: settings.terminalId,
  });
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
