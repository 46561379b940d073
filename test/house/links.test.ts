import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './source.js';

const PAGES = ['.', 'src', 'devices', 'systemd', 'test', '.github'].flatMap((top) =>
  readdirSync(join(ROOT, top), { recursive: top !== '.', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(top, path)),
);

/** Of a heading as it stands in an address. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

it('leads somewhere, from each link of a page', () => {
  const lost = PAGES.flatMap((page) => {
    // What is in a fence is shown, and leads nowhere.
    const text = readFileSync(join(ROOT, page), 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '');
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return [];
      const [path = '', heading] = link.split('#');
      const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
      if (!existsSync(target)) return [`${page}: ${link}`];
      if (heading === undefined || statSync(target).isDirectory()) return [];
      const headings = readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm);
      return [...headings].some(([, words = '']) => anchor(words) === heading) ? [] : [`${page}: ${link}`];
    });
  });
  expect(PAGES.length).toBeGreaterThan(20);
  expect(lost).toEqual([]);
});
