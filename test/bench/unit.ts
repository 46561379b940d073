import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The checkout, seen from where the benches are compiled to: .cache/bench/test/bench. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** What the service files start. */
export const MAIN = `${ROOT}dist/gopay-pos.cjs`;

/** What the service file of a program gives to Node. */
export interface Unit {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** @throws when the service file is not what it was: the benches would measure something that nobody runs. */
export function readUnit(program: 'terminal' | 'relay' = 'terminal'): Unit {
  const file = `systemd/gopay-pos${program === 'relay' ? '-relay' : ''}.service`;
  const text = readFileSync(ROOT + file, 'utf8');
  const start = new RegExp(`^ExecStart=\\S*node (.*?)\\S*/dist/gopay-pos\\.cjs ${program}`, 'm').exec(text);
  if (start === null) throw new Error(`${file} has no ExecStart that runs the ${program}`);
  const flags = (start[1] ?? '').split(/\s+/).filter((word) => word !== '');
  const environment: Record<string, string> = {};
  for (const [, line = ''] of text.matchAll(/^Environment=(.*)$/gm))
    for (const word of line.split(/\s+/)) {
      const [name = '', value = ''] = word.split(/=(.*)/s);
      environment[name] = value;
    }
  return { flags, environment };
}
