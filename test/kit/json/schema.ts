import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCHEMA = fileURLToPath(new URL('../../../devices/register/json/messages.schema.json', import.meta.url));
const SCRIPT = fileURLToPath(new URL('./validate.py', import.meta.url));

/**
 * What somebody else's validator (python3-jsonschema of Debian) says to messages: `ok`, or what is wrong.
 * @param definition of the schema, such as `request`; default: any message.
 */
export function judged(messages: readonly string[], definition?: string): string[] {
  return judgedBy(SCHEMA, messages, definition === undefined ? undefined : `#/$defs/${definition}`);
}

/** The same by another document. @param pointer to the schema within it; default: all of it. */
export function judgedBy(document: string, messages: readonly string[], pointer?: string): string[] {
  if (messages.length === 0) return [];
  const args = [SCRIPT, document, ...(pointer === undefined ? [] : [pointer])];
  const input = messages.map((message) => message.trim()).join('\n');
  const said = execFileSync('/usr/bin/python3', args, { input: `${input}\n`, encoding: 'utf8' });
  return said.trimEnd().split('\n');
}

/** The messages that the schema does not allow, with what is wrong with them. */
export function unlawful(messages: readonly string[], definition?: string): string[] {
  const verdicts = judged(messages, definition);
  return messages.flatMap((message, at) =>
    verdicts[at] === 'ok' ? [] : [`${message} ${verdicts[at] ?? 'no verdict'}`],
  );
}
