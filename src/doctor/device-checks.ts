import { readFileSync, statSync } from 'node:fs';
import { DEVICES } from '../../devices/catalogue.js';
import { readAssets } from '../../devices/display/kiosk/assets.js';
import { faultIn } from '../base/fault.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT } from '../core/fault/table.js';
import type { Display } from '../port/display.js';
import type { PrinterStatus } from '../port/printer.js';
import { makeScreens } from '../programs/screens.js';
import { type Check, type Finding, fail, failed, pass, skip, warn } from './check.js';
import { type ExaminedTerminal, reading } from './examined-terminal.js';
import { listenToRegister } from './listen.js';

const NOT_SET = skip('none is configured');
/** A screen that attaches does so by then. */
const SCREEN_MS = 3_000;
/** A machine is given longer than a register: one that polls does so every 5 s at least, and its driver says so after that. */
const MACHINE_PATIENCE = 1.6;
/** What is not there at the start need not be waited for. */
const NO_LINE: readonly number[] = [FAULT.machineNotConnected, FAULT.machinePortTaken];

export const DEVICE_CHECKS: readonly Check<ExaminedTerminal>[] = [
  {
    name: 'device.rights',
    about: { id: 'Hak perangkat', en: 'rights of devices' },
    boundMs: 60_000,
    run: async (context) => rightsFindings(context),
  },
  {
    name: 'device.keypad',
    about: { id: 'Keypad', en: 'keypad' },
    boundMs: 60_000,
    run: async (context) => {
      const { config, running, environment } = context;
      if (!config.keypad.enabled) return NOT_SET;
      if (running !== undefined) return padsOf(running.pads ?? {});
      const pads = await DEVICES.keypad.open(config.keypad, environment);
      return Promise.all(
        pads.map(async (pad) => {
          const found = await new Promise<Finding>((resolve) =>
            pad.start((event) => {
              if (event.kind === 'present') resolve(pass('there', pad.name));
              if (event.kind === 'gone') resolve(failed(faultIn(event.why, FAULT.keypadMissing), pad.name));
            }),
          );
          await pad.stop();
          return found;
        }),
      );
    },
  },
  {
    name: 'device.register',
    about: { id: 'Mesin kasir', en: 'register' },
    boundMs: 60_000,
    run: async ({ config, running, machine }) => {
      const { register } = config;
      if (!register.enabled) return NOT_SET;
      if (running === undefined) return listenToRegister(register, machine);
      const said = running.lines?.['register'];
      if (said === undefined || said === '')
        return pass('the running terminal has its line; stop it to hear what comes');
      return failed(faultIn(said, FAULT.registerNotConnected));
    },
  },
  {
    name: 'device.vending',
    about: { id: 'Mesin penjual', en: 'vending machine' },
    boundMs: 60_000,
    run: async (context) => {
      const { config, running } = context;
      if (!config.vending.enabled) return NOT_SET;
      return running === undefined ? machineFinding(context) : said(reading(context, 'machine'));
    },
  },
  {
    name: 'device.printer',
    about: { id: 'Printer', en: 'printer' },
    boundMs: 60_000,
    run: async (context) => {
      const { config, running, environment } = context;
      if (!config.printer.enabled) return NOT_SET;
      if (running !== undefined) return said(reading(context, 'paper'));
      const printer = await DEVICES.printer.open(config.printer, environment);
      const found = statusFinding(await printer.status());
      await printer.stop();
      if (found.verdict !== 'pass') return found;
      return [found, ...(await widthFinding(context))];
    },
  },
  {
    name: 'device.screen',
    about: { id: 'Layar', en: 'screen' },
    boundMs: 60_000,
    run: async (context) => screenFindings(context),
  },
  {
    name: 'device.fonts',
    about: { id: 'Huruf dan berkas layar', en: 'fonts and files of screens' },
    boundMs: 60_000,
    run: async ({ config }) => {
      if (config.page.enabled) readAssets({ language: 'both', title: '', pad: false });
      if (!config.framebuffer.enabled) return pass('all there');
      const { readFonts } = await import('../../devices/display/framebuffer/fonts.js');
      const fonts = await readFonts();
      return fonts.ok ? pass('all there') : failed(fonts.error);
    },
  },
  {
    name: 'device.speaker',
    about: { id: 'Pengeras suara', en: 'speaker' },
    boundMs: 60_000,
    run: async (context) => {
      const { config, running, environment } = context;
      if (!config.speaker.enabled) return NOT_SET;
      if (running !== undefined) return said(reading(context, 'speaker'));
      const speaker = await DEVICES.speaker.open(config.speaker, { ...environment, zone: config.slip.zone });
      const fault = await new Promise<Parameters<Parameters<typeof speaker.start>[0]>[0]>((resolve) =>
        speaker.start(resolve),
      );
      await speaker.stop();
      return fault === undefined ? pass('it could speak') : failed(fault);
    },
  },
];

/** What a terminal that has the device open says of it. */
function said(told: { readonly code: number; readonly detail: string } | undefined): Finding {
  if (told === undefined) return skip('the running terminal has not looked yet');
  return told.code === 0 ? pass(`the running terminal says: ${told.detail}`) : failed(told);
}

function padsOf(pads: Readonly<Record<string, boolean>>): readonly Finding[] {
  const all = Object.entries(pads);
  if (all.length === 0) return [skip('the running terminal has not found one yet')];
  return all.map(([name, there]) =>
    there
      ? pass('the running terminal has it', name)
      : fail(FAULT.keypadUnplugged, 'the running terminal misses it', name),
  );
}

function statusFinding(status: PrinterStatus): Finding {
  if (status.state === 'unknown') return skip('it cannot be asked: gopay-pos test printer');
  if (status.state === 'ready')
    return status.nearEnd ? warn(FAULT.paperOut, 'the roll is near its end') : pass('ready, with paper');
  const [first] = status.faults;
  return first === undefined ? fail(FAULT.printerNotReady, 'not ready') : failed(first);
}

async function widthFinding({ config, environment }: ExaminedTerminal): Promise<readonly Finding[]> {
  const { printer } = config;
  if (!printer.enabled) return [];
  const { widthsOf } = await import('../../devices/printer/open-printer.js');
  const { profile, widthDots, columns, qr, cutter, status } = printer;
  const settings = { transport: printer, profile, widthDots, columns, qr, cutter, status };
  const widths = await widthsOf(settings, environment);
  if (widths === undefined) return [];
  const { model, itsDots, setDots } = widths;
  const detail = `it calls itself ${model}: ${itsDots} dots; set are ${setDots}`;
  return [itsDots === setDots ? pass(detail, model) : fail(FAULT.paperWidth, detail, model)];
}

/** The driver itself, as long as it takes to know whether the machine is there. What it asks meanwhile is denied. */
async function machineFinding({ config, environment, machine: box }: ExaminedTerminal): Promise<Finding> {
  const { vending } = config;
  if (!vending.enabled) return NOT_SET;
  let bytes = 0;
  const tap = {
    opened: (): void => undefined,
    heard: (heard: Uint8Array): void => {
      bytes += heard.length;
    },
    wrote: (): void => undefined,
  };
  const machine = await DEVICES.vending.open(vending, { ...environment, tap });
  const found = await new Promise<Finding>((resolve) => {
    let last = '';
    const end = (finding: Finding): void => {
      cancel();
      resolve(finding);
    };
    const cancel = environment.timers.after(box.listenMs * MACHINE_PATIENCE, () =>
      end(last === '' ? unheard(machine.name, bytes) : failed(faultIn(last, FAULT.machineNotConnected))),
    );
    machine.start((event) => {
      if (event.kind === 'asked') return machine.deny(event.request, { why: 'cancelled' });
      if (event.kind === 'present') return end(pass('there'));
      if (event.kind !== 'gone') return;
      last = event.why;
      const fault = faultIn(last, FAULT.machineNotConnected);
      if ('device' in vending && NO_LINE.includes(fault.code)) end(failed(fault));
    });
  });
  await machine.stop();
  return found;
}

function unheard(name: string, bytes: number): Finding {
  if (bytes === 0) return fail(FAULT.lineSilent, `${name}: no byte came`);
  return fail(
    FAULT.machineDamagedMessage,
    `${bytes} bytes, and none that ${name} understands: another baud?`,
  );
}

async function screenFindings(context: ExaminedTerminal): Promise<readonly Finding[]> {
  const { config, running, environment } = context;
  const { page, framebuffer, pole, console } = config;
  if (![page, framebuffer, pole, console].some(({ enabled }) => enabled))
    return [
      config.printer.enabled || config.api.enabled ? NOT_SET : fail(FAULT.notSetUp, 'no screen, no printer'),
    ];
  if (running !== undefined) return [said(reading(context, 'screen'))];
  const screens = await makeScreens(config, environment);
  const found = await Promise.all(screens.map((screen) => screenFinding(screen, context)));
  return [
    ...found,
    ...(page.enabled ? [skip('its page is served by the running terminal alone', 'page')] : []),
  ];
}

async function screenFinding(screen: Display, { environment }: ExaminedTerminal): Promise<Finding> {
  const { timers } = environment;
  const there = new Promise<boolean>((resolve) => {
    const cancel = timers.after(SCREEN_MS, () => resolve(screen.attached()));
    screen.onAttached((attached) => {
      if (!attached) return;
      cancel();
      resolve(true);
    });
  });
  await screen.start();
  const isThere = screen.attached() || (await there);
  const shown = await screen.test(1);
  await screen.stop();
  if (!shown.ok) return failed(shown.error, screen.name);
  return isThere ? pass('there', screen.name) : fail(FAULT.noScreen, 'nobody can see it', screen.name);
}

/** Groups that the unit gives the service, whoever its user is. */
const UNIT_GROUPS = ['dialout', 'input', 'video', 'lp', 'audio', 'gpio', 'tty'];

/**
 * Root may open everything, and the service may not: what it may is found by owner, group and mode of each device file, for the user
 * whose journal it is.
 */
function rightsFindings({ config, machine, directory }: ExaminedTerminal): readonly Finding[] {
  if (machine.uid !== 0) return [skip('each device says below whether it may be opened')];
  const owner = statSync(directory, { throwIfNoEntry: false });
  if (owner === undefined || owner.uid === 0)
    return [skip(`nobody has started the service yet: ${directory}`)];
  const groups = groupsOf(owner.uid, owner.gid);
  const found = devicesIn(config).flatMap(([path, forbidden]): Finding[] => {
    const file = statSync(path, { throwIfNoEntry: false });
    if (file === undefined || mayUse(file, owner.uid, groups)) return [];
    const detail = `user ${owner.uid} may not open it: group ${groupName(file.gid)}, mode ${(file.mode & 0o777).toString(8)}`;
    return [fail(forbidden, detail, path)];
  });
  return found.length === 0 ? [pass('the service may open them')] : found;
}

function mayUse(
  { uid, gid, mode }: { uid: number; gid: number; mode: number },
  user: number,
  groups: ReadonlySet<number>,
): boolean {
  if (uid === user) return (mode & 0o600) === 0o600;
  return groups.has(gid) ? (mode & 0o060) === 0o060 : (mode & 0o006) === 0o006;
}

function devicesIn({
  keypad,
  register,
  vending,
  printer,
  framebuffer,
}: TerminalConfig): [path: string, forbidden: number][] {
  return [
    ...(keypad.enabled ? keypad.device.map((path): [string, number] => [path, FAULT.keypadForbidden]) : []),
    ...(register.enabled && 'device' in register
      ? [[register.device, FAULT.registerPortTaken] satisfies [string, number]]
      : []),
    ...(vending.enabled && 'device' in vending
      ? [[vending.device, FAULT.machinePortTaken] satisfies [string, number]]
      : []),
    ...(printer.enabled && 'device' in printer
      ? [[printer.device, FAULT.printerForbidden] satisfies [string, number]]
      : []),
    ...(framebuffer.enabled
      ? [[framebuffer.device, FAULT.framebufferForbidden] satisfies [string, number]]
      : []),
  ];
}

type GroupLine = readonly [name: string, gid: number, members: readonly string[]];

function groupLines(): GroupLine[] {
  return readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , gid = '', members = '']): GroupLine => [name, Number(gid), members.split(',')]);
}

function groupsOf(uid: number, gid: number): ReadonlySet<number> {
  const user = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === String(uid))?.[0];
  const isService = user === 'gopay-pos';
  const own = groupLines().filter(
    ([name, , members]) =>
      (user !== undefined && members.includes(user)) || (isService && UNIT_GROUPS.includes(name)),
  );
  return new Set([gid, ...own.map(([, id]) => id)]);
}

function groupName(gid: number): string {
  return groupLines().find(([, id]) => id === gid)?.[0] ?? String(gid);
}
