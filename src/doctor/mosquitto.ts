import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { type Finding, fail, pass, skip } from './check.js';

/** Of a Mosquitto of this machine: by what it was started with. */
interface Running {
  readonly pid: string;
  readonly file: string | undefined;
}

/**
 * Whether a Mosquitto of this machine, at this port, has on disk what it acknowledges. It tells nobody how it saves, so the file
 * that it was started with is read. Of others nothing is known: systemd/broker/README.md has what each of them loses.
 */
export function mosquittoFinding(port: number, proc = '/proc'): Finding {
  const found = runningAt(proc).flatMap(({ file, pid }): Finding[] => {
    if (file === undefined)
      return port === 1883
        ? [fail(FAULT.brokerLoses, `Mosquitto (process ${pid}) runs without a file: it keeps nothing`)]
        : [];
    try {
      const settings = settingsOf(file);
      return portsOf(settings).includes(port) ? [judged(settings, file)] : [];
    } catch (thrown) {
      return [skip(`the settings of Mosquitto cannot be read: ${messageOf(thrown)}`)];
    }
  });
  return (
    found.find(({ verdict }) => verdict !== 'skip') ??
    found[0] ??
    skip('no Mosquitto of this machine: systemd/broker/README.md says what others lose')
  );
}

type Setting = readonly [name: string, value: string];

function judged(settings: readonly Setting[], file: string): Finding {
  const last = (name: string, otherwise: string): string =>
    settings.filter(([each]) => each === name).at(-1)?.[1] ?? otherwise;
  const wrong = [
    ...(last('persistence', 'false') === 'true' ? [] : ['persistence is not true']),
    ...(last('autosave_on_changes', 'false') === 'true' ? [] : ['autosave_on_changes is not true']),
    ...(last('autosave_interval', '1800') === '1' ? [] : ['autosave_interval is not 1']),
    ...(last('per_listener_settings', 'false') === 'true' ? ['per_listener_settings is true'] : []),
  ];
  return wrong.length === 0
    ? pass(`Mosquitto writes at each change: ${file}`)
    : fail(FAULT.brokerLoses, `${file}: ${wrong.join(', ')}`);
}

function portsOf(settings: readonly Setting[]): number[] {
  const ports = settings
    .filter(([name]) => name === 'listener' || name === 'port')
    .map(([, value]) => Number(value.split(/\s+/)[0]));
  return ports.length === 0 ? [1883] : ports;
}

/** With the files of its include_dir, in their order. */
function settingsOf(file: string): Setting[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line): Setting[] => {
      const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      if (name !== 'include_dir') return [[name, value.trim()]];
      const folder = value.trim();
      return readdirSync(folder)
        .filter((each) => each.endsWith('.conf') && statSync(join(folder, each)).isFile())
        .sort()
        .flatMap((each) => settingsOf(join(folder, each)));
    });
}

function runningAt(proc: string): Running[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): Running[] => {
      const [program = '', ...args] = commandOf(join(proc, pid, 'cmdline'));
      if (basename(program) !== 'mosquitto') return [];
      const at = args.findIndex((arg) => arg === '-c' || arg === '--config-file');
      const file = at < 0 ? undefined : args[at + 1];
      return [{ pid, file: file === undefined ? undefined : resolve('/', file) }];
    });
}

function commandOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
