import type { AnyField, AnyTable, Keys, Layout, Variants } from '../settings/schema.js';

const WIDTH = 96;

/**
 * A complete example file: every key with its text, what is allowed, and its default. What must be set stands live, with
 * an example; everything else is commented out (`#key = default`), so that a later default is not overruled by an old
 * copy of this file. Prose begins with `# `, a key that can be switched on with `#`.
 */
export function describe(schema: Layout): string {
  const head = [
    ...prose(schema.about),
    ...prose(
      `Its place is ${schema.file}. Lines that begin with #name show the default: take the # away to change it. ` +
        'After a change: gopay-pos config check.',
    ),
    ...prose('Secrets never stand in this file, only where they are to be had.'),
  ];
  const blocks = Object.entries(schema.tables).map(([name, table]) => describeTable(name, table));
  return `${[head, ...blocks].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function describeTable(name: string, table: AnyTable): string[] {
  // A table that stands in the file is in use, so those that are off until wanted stay comments as a whole.
  const isLive = table.use === 'always' || table.use === 'on';
  const header = table.use === 'many' ? `[[${name}]]` : `[${name}]`;
  const off = table.use === 'off' ? ' Off, unless the table stands in the file.' : '';
  const lines = [...prose(`${table.about}${off}`), isLive ? header : `#${header}`];
  if (table.use === 'on' || table.use === 'off') {
    const words = table.use === 'on' ? 'true' : 'true where the table stands in the file';
    lines.push(
      '',
      ...prose(`Whether it is used. Allowed: true or false. Default: ${words}.`),
      '#enabled = true',
    );
  }
  for (const by of table.by) lines.push(...describeVariants(by, isLive));
  if (table.by.length > 0 && Object.keys(table.keys).length > 0) lines.push('', '# --- in any case:');
  lines.push(...describeKeys(table.keys, isLive));
  return lines;
}

function describeVariants(by: Variants, isLive: boolean): string[] {
  const names = Object.keys(by.choices);
  const quoted = names.map((name) => JSON.stringify(name)).join(', ');
  const first = by.default ?? names[0] ?? '';
  const fallback = by.default === undefined ? 'Must be set.' : `Default: ${JSON.stringify(by.default)}.`;
  const lines = ['', ...prose(`${by.about} Allowed: one of ${quoted}. ${fallback}`)];
  for (const [name, choice] of Object.entries(by.choices)) lines.push(...prose(`  ${name}: ${choice.about}`));
  const mark = isLive && by.default === undefined ? '' : '#';
  lines.push(`${mark}${by.key} = ${JSON.stringify(first)}`);
  for (const [name, choice] of Object.entries(by.choices)) {
    lines.push('', `# --- with ${by.key} = ${JSON.stringify(name)}:`);
    lines.push(...describeKeys(choice.keys, isLive && name === first));
  }
  return lines;
}

function describeKeys(keys: Keys, live: boolean): string[] {
  return Object.entries(keys).flatMap(([key, field]) => {
    const mark = live && field.presence.is === 'required' ? '' : '#';
    return ['', ...prose(keyHelp(field)), `${mark}${key} = ${sample(field)}`];
  });
}

function keyHelp({ about, kind, presence }: AnyField): string {
  return `${about} Allowed: ${kind.allowed}. ${absence({ presence, kind })}`;
}

/** What holds when the key is not in the file, as a sentence. */
export function absence({ presence, kind }: Pick<AnyField, 'presence' | 'kind'>): string {
  switch (presence.is) {
    case 'required':
      return 'Must be set.';
    case 'defaulted':
      return `Default: ${kind.toml(presence.value)}.`;
    case 'derived':
      return `Default: ${presence.words}.`;
    case 'optional':
      return `Without it: ${presence.absent}.`;
  }
}

/** The default, or else the example, as TOML. */
export function sample({ presence, kind }: AnyField): string {
  switch (presence.is) {
    case 'defaulted':
      return kind.toml(presence.value);
    case 'derived':
      return kind.toml(presence.from({}));
    default:
      return kind.toml(presence.example);
  }
}

/** As comment lines of at most {@link WIDTH} characters; what a line begins with is kept for its continuation. */
function prose(text: string): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(' ')) {
    if (line !== '' && `# ${indent}${line} ${word}`.length > WIDTH) {
      lines.push(`# ${indent}${line}`);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, `# ${indent}${line}`];
}
