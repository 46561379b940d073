import type { Clock, Random, Timers } from '../../src/port/clock.js';
import type { Log } from '../../src/port/log.js';
import type { Register } from '../../src/port/register.js';
import type { Line } from '../kit/line.js';
import { LineCallers } from '../kit/line-callers.js';
import { SerialLine } from '../kit/serial-line.js';
import { tappedCallers } from '../kit/tapped-callers.js';
import { type LineTap, tapped } from '../kit/tapped-line.js';
import { TcpCallers } from '../kit/tcp-callers.js';
import { TcpLine } from '../kit/tcp-line.js';
import { FixedFrameRegister } from './fixed-frame/driver.js';
import { type ProfileName, profileOf } from './fixed-frame/profiles.js';
import { JsonRegister } from './json/driver.js';
import { ZvtRegister } from './zvt/driver.js';

/** Minutes from UTC to the clocks of western, central and eastern Indonesia. */
const ZONE_MINUTES = { WIB: 420, WITA: 480, WIT: 540 } as const;

export interface RegisterTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Looks on at the raw bytes. */
  readonly tap?: LineTap;
}

export type RegisterSettings = {
  readonly protocol: 'fixed-frame' | 'zvt' | 'json';
  readonly profile: ProfileName;
  /** `CODE=MEANING` each. */
  readonly types: readonly string[];
  readonly lrc: 'strict' | 'warn';
  readonly approvalLength: 9 | 6;
  readonly acknowledge: 'required' | 'assumed';
  readonly ackWaitSeconds: number;
  readonly resends: number;
  readonly zone: keyof typeof ZONE_MINUTES;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly currency: string;
  readonly minorUnits: 2 | 0;
} & (
  | { readonly transport: 'serial'; readonly device: string; readonly baud: number }
  | {
      readonly transport: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly callers: readonly string[];
    }
);

/** The journal knows the register by this name: a new cable, port or protocol must not make it a stranger. */
const NAME = 'register';

export function openRegister(settings: RegisterSettings, tools: RegisterTools): Register {
  const register = driverOf(settings, tools);
  // A person's word, a cable or this machine's own programs may give money back; an address that somebody can take may not.
  const fromAfar = settings.transport === 'tcp' && settings.callers.length > 0;
  return fromAfar ? Object.assign(register, { fromAfar }) : register;
}

function driverOf(settings: RegisterSettings, tools: RegisterTools): Register {
  switch (settings.protocol) {
    case 'zvt':
      return zvt(settings, tools);
    case 'fixed-frame':
      return fixedFrame(settings, tools);
    case 'json':
      return json(settings, tools);
  }
}

function fixedFrame(settings: RegisterSettings, tools: RegisterTools): Register {
  const { timers, log } = tools;
  return new FixedFrameRegister({
    name: NAME,
    line: lineOf(settings, tools),
    timers,
    log,
    profile: profileOf(settings.profile, settings.types),
    lrc: settings.lrc,
    ackWaitMs: settings.ackWaitSeconds * 1000,
    // One that never acknowledges would take each resend for another answer.
    resends: settings.acknowledge === 'assumed' ? 0 : settings.resends,
    acknowledge: settings.acknowledge,
    zoneMinutes: ZONE_MINUTES[settings.zone],
    qrisApprovalLength: settings.approvalLength,
    merchantId: settings.merchantId,
    terminalId: settings.terminalId,
  });
}

function zvt(settings: RegisterSettings, tools: RegisterTools): Register {
  const { timers, log } = tools;
  const { currency, minorUnits, merchantId, terminalId, resends } = settings;
  return new ZvtRegister({
    name: NAME,
    line: lineOf(settings, tools, 2),
    framing: settings.transport === 'tcp' ? 'stream' : 'serial',
    timers,
    log,
    ackWaitMs: settings.ackWaitSeconds * 1000,
    resends,
    zoneMinutes: ZONE_MINUTES[settings.zone],
    ...{ currency, minorUnits, merchantId, terminalId },
  });
}

function json(settings: RegisterSettings, tools: RegisterTools): Register {
  const { clock, timers, log, tap } = tools;
  return new JsonRegister({
    name: NAME,
    callers:
      settings.transport === 'serial'
        ? new LineCallers(lineOf(settings, tools))
        : tappedCallers(new TcpCallers({ ...settings, timers, log }), tap),
    clock,
    timers,
    log,
    ackWaitMs: settings.ackWaitSeconds * 1000,
    resends: settings.acknowledge === 'assumed' ? 0 : settings.resends,
    acknowledge: settings.acknowledge,
    zoneMinutes: ZONE_MINUTES[settings.zone],
  });
}

function lineOf(settings: RegisterSettings, tools: RegisterTools, stopBits: 1 | 2 = 1): Line {
  const { timers, log, tap } = tools;
  const line =
    settings.transport === 'serial'
      ? new SerialLine({ path: settings.device, baudRate: settings.baud, stopBits, timers, log })
      : new TcpLine({ ...settings, timers, log });
  return tapped(line, tap);
}
