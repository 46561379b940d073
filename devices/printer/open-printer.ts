import { assert } from '../../src/base/assert.js';
import type { Printer } from '../../src/port/printer.js';
import type { Tools } from '../kit/tools.js';
import { AutoPrinter } from './auto-printer.js';
import { DeviceFileTransport } from './device-file-transport.js';
import { EscPosPrinter } from './escpos-printer.js';
import type { Logo } from './logo.js';
import { askModel } from './model.js';
import {
  findProfile,
  PRINTER_PROFILES,
  type PrinterProfile,
  type ProfileChanges,
  profileCalled,
} from './profiles.js';
import { SerialTransport, type SerialTransportOptions } from './serial-transport.js';
import { TcpTransport } from './tcp-transport.js';
import type { PrinterTransport } from './transport.js';

/** Where the printer is. */
export type TransportSettings =
  | ({ readonly transport: 'serial' } & Pick<SerialTransportOptions, 'device' | 'baud' | 'flow'>)
  /** `file`: bytes into a regular file, for tests and for looking at them. */
  | { readonly transport: 'usb' | 'file'; readonly device: string }
  | { readonly transport: 'tcp'; readonly host: string; readonly port: number };

/** What the configuration says of a printer; what it leaves out comes from the profile. */
export interface PrinterSettings extends ProfileChanges {
  readonly transport: TransportSettings;
  /** A name of profiles.ts, or `auto`: it is asked. */
  readonly profile: string;
  /** Scaled for {@link profilesOf} these settings. */
  readonly logo?: Logo;
}

/** Each profile that the printer may turn out to have. */
export function profilesOf(settings: PrinterSettings): readonly PrinterProfile[] {
  const { profile } = settings;
  const names = profile === 'auto' ? PRINTER_PROFILES.map(({ name }) => name) : [profile];
  return names.map((name) => profileFor(name, settings));
}

function profileFor(name: string, settings: PrinterSettings): PrinterProfile {
  const { transport: where, profile: _name, logo: _logo, ...changes } = settings;
  const wanted = findProfile(name, changes);
  assert(wanted !== undefined, `no printer profile ${name}`);
  const slow = where.transport === 'serial' && changes.qr === undefined;
  // 15 kB take 16 s at 9600 baud, and a quarter of them 4 s: on such a line the printer doubles the dots itself.
  return slow && wanted.qr === 'raster' ? { ...wanted, qr: 'raster-double' } : wanted;
}

/**
 * Asks a printer that nobody else has open what it is, and compares that with what is set.
 * @returns dots across the head, by its own name and by the settings; undefined where its name is not known
 */
export async function widthsOf(
  settings: PrinterSettings,
  tools: Pick<Tools, 'clock' | 'timers' | 'log'>,
): Promise<{ readonly model: string; readonly itsDots: number; readonly setDots: number } | undefined> {
  const transport = transportFor(settings.transport, tools);
  const model = transport.twoWay ? await askModel(transport, tools.timers) : undefined;
  const called = profileCalled(model ?? '');
  const itsDots = called === undefined ? undefined : findProfile(called)?.widthDots;
  if (model === undefined || called === undefined || itsDots === undefined) return undefined;
  const set = profileFor(settings.profile === 'auto' ? called : settings.profile, settings);
  return { model, itsDots, setDots: set.widthDots };
}

/** Opens nothing yet: a printer may be switched on later. */
export function openPrinter(
  settings: PrinterSettings,
  tools: Pick<Tools, 'clock' | 'timers' | 'log'>,
): Printer {
  const { transport: where, profile: profileName, logo } = settings;
  const { clock, timers } = tools;
  const log = tools.log.child('printer');
  const transport = transportFor(where, { clock, timers, log });
  const make = (name: string): Printer => {
    const profile = profileFor(name, settings);
    const printed = logo?.on(profile);
    const drawn = printed === undefined ? {} : { logo: printed };
    return new EscPosPrinter({ transport, profile, ...drawn, clock, timers, log });
  };
  if (profileName !== 'auto') return make(profileName);
  return new AutoPrinter({ transport, make, timers, log });
}

function transportFor(
  where: TransportSettings,
  tools: Pick<Tools, 'clock' | 'timers' | 'log'>,
): PrinterTransport {
  switch (where.transport) {
    case 'serial':
      return new SerialTransport({ ...where, ...tools });
    case 'usb':
      return new DeviceFileTransport({ ...where, ...tools });
    case 'file':
      return new DeviceFileTransport({ ...where, regularFile: true, ...tools });
    case 'tcp':
      return new TcpTransport({ ...where, ...tools });
  }
}
