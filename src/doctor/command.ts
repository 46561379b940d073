import { relaySchema } from '../config/relay-schema.js';
import { terminalSchema } from '../config/terminal-schema.js';
import type { ControlAnswer } from '../control/answer.js';
import { chosenLanguage, secondsOf } from '../programs/arguments.js';
import type { Environment } from '../programs/environment.js';
import type { Options } from '../programs/usage.js';
import { version } from '../programs/version.js';
import type { Machine } from './machine.js';
import { examineRelay } from './relay.js';
import { examineTerminal } from './terminal.js';

/** How long a register's line is listened to where nothing says otherwise. */
const LISTEN_MS = 5_000;

/** `gopay-pos doctor` and `gopay-pos relay doctor`. @throws Usage */
export async function runDoctor(
  of: 'terminal' | 'relay',
  values: Options,
  environment: Environment,
): Promise<ControlAnswer> {
  const language = chosenLanguage(values['lang']);
  const listen = values['listen'];
  const machine = machineOf(
    environment,
    listen === undefined ? LISTEN_MS : secondsOf('--listen', listen, 50),
  );
  const file = values['config'] ?? (of === 'relay' ? relaySchema : terminalSchema).file;
  const examine = of === 'relay' ? examineRelay : examineTerminal;
  const socket = values['socket'];
  const answer = await examine({
    file,
    language,
    machine,
    environment,
    ...(socket === undefined ? {} : { socket }),
  });
  const mask = (text: string): string => environment.secrets.mask(text);
  return {
    ...answer,
    text: mask(answer.text),
    data: JSON.parse(mask(JSON.stringify(answer.data))) as unknown,
  };
}

export function machineOf({ clock, timers, random, log }: Environment, listenMs: number): Machine {
  return {
    ...{ clock, timers, random, log, listenMs },
    env: process.env,
    uid: process.geteuid?.() ?? 0,
    sysfs: '/sys',
    version: version(),
  };
}
