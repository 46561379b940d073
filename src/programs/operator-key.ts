import { writeFileSync } from 'node:fs';
import { messageOf } from '../base/fault.js';
import { makeOperatorKey } from '../mqtt/signed.js';
import { Usage } from './arguments.js';

/** Makes a key that signs commands to terminals: for its owner alone, and never over another one. @throws Usage */
export async function operatorKey(words: readonly string[], out: string | undefined): Promise<string> {
  const [verb, name, ...more] = words;
  if (verb !== 'key' || name === undefined || more.length > 0) throw new Usage('operator key NAME');
  if (!/^[A-Za-z0-9._-]{1,32}$/.test(name))
    throw new Usage(`operator key ${name}: 1 to 32 of a-z A-Z 0-9 . _ -`);
  const path = out ?? `${name}.jwk`;
  const { file, publicKey } = await makeOperatorKey(name);
  try {
    writeFileSync(path, `${file}\n`, { mode: 0o600, flag: 'wx' });
  } catch (thrown) {
    throw new Usage(messageOf(thrown));
  }
  return `# ${path}: keep it to yourself; whoever has it is ${name}. For the terminal.toml of each terminal:
[[operator]]
name = "${name}"
public_key = "${publicKey}"
may = ["status", "why"]`;
}
