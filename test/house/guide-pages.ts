import { terminalSchema } from '../../src/config/terminal-schema.js';
import { GUIDE_PARTS, type Guide } from '../../src/settings/guide.js';

/** Every device by its name in terminal.toml: a table, or a choice of one. */
export function guidesByName(): Map<string, readonly Guide[]> {
  const found = new Map<string, readonly Guide[]>();
  for (const [name, { guides = [], by }] of Object.entries(terminalSchema.tables)) {
    if (guides.length > 0) found.set(name, guides);
    for (const { choices } of by)
      for (const [choice, { guides: own }] of Object.entries(choices))
        if (own !== undefined) found.set(choice, own);
  }
  return found;
}

/** `<!-- guide zvt -->` and `<!-- /guide -->`, and what stands between them. */
export const GUIDE_PLACE = /(^<!-- guide ([\w-]+) -->\n)[\s\S]*?(^<!-- \/guide -->)/gm;

/** A page with its guides made anew. */
export function withGuides(page: string): string {
  return page.replace(GUIDE_PLACE, (_, open: string, name: string, close: string) => {
    const guides = guidesByName().get(name);
    if (guides === undefined) throw new Error(`no device ${name}`);
    return `${open}${guides.map(asTable).join('\n')}${close}`;
  });
}

function asTable({ title, ...guide }: Guide): string {
  const rows = GUIDE_PARTS.map(({ part, heads }) => row(heads, guide[part]));
  return `| | ${cell(title.id)} | ${cell(title.en)} |\n| --- | --- | --- |\n${rows.join('')}`;
}

function row(heads: Guide['title'], text: Guide['title']): string {
  return `| ${heads.id}<br>${heads.en} | ${cell(text.id)} | ${cell(text.en)} |\n`;
}

function cell(text: string): string {
  return text.replace(/[|<>*]/g, (sign) => `\\${sign}`).replaceAll('\n', '<br>');
}
