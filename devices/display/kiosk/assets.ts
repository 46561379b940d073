import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Failure, messageOf, refused } from '../../../src/base/fault.js';
import { FAULT } from '../../../src/core/fault/table.js';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

export interface Assets {
  /** By request path; `/` is the page itself. */
  readonly byPath: ReadonlyMap<string, Asset>;
  /** Changes with any file of the page: a page that outlived an update loads itself anew. */
  readonly build: string;
}

export interface PageText {
  readonly language: 'both' | 'id' | 'en';
  readonly title: string;
  readonly pad: boolean;
}

const SCRIPTS = [
  ...['kiosk.js', 'link.js', 'faces.js', 'choose.js', 'fit.js', 'keys.js', 'set-up.js', 'wishes.js'],
] as const;

/** @throws Failure FAULT.pageFileMissing when a file of the page is missing: the installation is incomplete. */
export function readAssets(text: PageText): Assets {
  const hash = createHash('sha256');
  const byPath = new Map<string, Asset>();
  for (const name of [...SCRIPTS, 'kiosk.css']) {
    const body = readBeside(name);
    hash.update(body);
    const type = name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
    byPath.set(`/${name}`, { type, body });
  }
  const template = readBeside('kiosk.html').toString('utf8');
  const build = hash.update(template).update(JSON.stringify(text)).digest('hex').slice(0, 16);
  const values: Readonly<Record<string, string>> = {
    language: text.language,
    title: text.title,
    pad: text.pad ? 'on' : 'off',
    build,
  };
  const spoken = text.language === 'en' ? template.replace('<html lang="id"', '<html lang="en"') : template;
  const page = spoken.replace(/\{\{(\w+)\}\}/g, (_, name: string) => escapeHtml(values[name] ?? ''));
  byPath.set('/', { type: 'text/html; charset=utf-8', body: Buffer.from(page) });
  return { byPath, build };
}

/** Not one after the other by another thread: that held up a start for longer than all else of the page. */
function readBeside(name: string): Buffer {
  try {
    return readFileSync(new URL(`./${name}`, import.meta.url));
  } catch (thrown) {
    throw new Failure(
      refused(FAULT.pageFileMissing, `a file of the screen page cannot be read: ${messageOf(thrown)}`),
    );
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
