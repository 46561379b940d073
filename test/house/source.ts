import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly lines: number;
  /** Every module named by import, export-from, import() or `new URL`, types included. Relative ones as paths from the root. */
  readonly imports: readonly {
    readonly to: string;
    readonly reExport: boolean;
    /** What is taken of it by name; undefined: all of it. */
    readonly names: readonly string[] | undefined;
    /** When it is loaded: before the file itself, when the file asks for it, or never (types only). */
    readonly when: 'first' | 'later' | 'never';
  }[];
  readonly exports: readonly string[];
  /** Names of interfaces and types. */
  readonly types: ReadonlySet<string>;
  readonly functions: readonly { readonly name: string; readonly line: number; readonly lines: number }[];
  /** Statements at the top level that do work when the file is imported. */
  readonly topLevelWork: readonly { readonly line: number; readonly what: string }[];
  /** Names that the code refers to, `a.b` for members of an identifier. */
  readonly mentions: ReadonlySet<string>;
  readonly text: string;
}

/** `src/terminal/loop.ts` -> `src/terminal`; everything under devices is one room (families share the kit only, below). */
export function room(path: string): string {
  if (path.startsWith('devices/')) return 'devices';
  if (path === 'src/main.ts' || path === 'src/launch.ts') return path;
  return path.split('/').slice(0, 2).join('/');
}

export function sourceFiles(tops: readonly string[] = ['src', 'devices']): SourceFile[] {
  const paths = tops.flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' }).map((path) => join(top, path)),
  );
  return paths
    .filter((path) => /\.(ts|mjs)$/.test(path) && !/\/(stubs|examples)\//.test(path))
    .sort()
    .map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const program = parseAst(text, { lang: 'ts' }) as unknown as Node;
  const imports: SourceFile['imports'][number][] = [];
  const functions: { name: string; line: number; lines: number }[] = [];
  const mentions = new Set<string>();
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  walk(program, (node, parent) => {
    const source = node['source'] as { value?: unknown } | undefined;
    if (/^(Import|Export\w*)(Declaration|Expression)$/.test(node.type) && typeof source?.value === 'string')
      imports.push({
        to: toRootPath(path, source.value),
        reExport: node.type.startsWith('Export'),
        names: namesIn(node),
        when: whenOf(node),
      });
    const started = urlOf(node);
    if (started !== undefined)
      imports.push({ to: toRootPath(path, started), reExport: false, names: undefined, when: 'later' });
    if (/^(Function(Declaration|Expression)|ArrowFunctionExpression)$/.test(node.type)) {
      const line = lineOf(node.start);
      functions.push({ name: nameOf(node, parent), line, lines: lineOf(node.end) - line + 1 });
    }
    if (node.type === 'Identifier') mentions.add(String(node['name']));
    const object = node['object'] as Node | undefined;
    const property = node['property'] as Node | undefined;
    if (node.type === 'MemberExpression' && object?.type === 'Identifier' && property?.type === 'Identifier')
      mentions.add(`${String(object['name'])}.${String(property['name'])}`);
  });
  const body = program['body'] as Node[];
  const topLevelWork = body
    .filter((node) => isWork(node))
    .map((node) => ({ line: lineOf(node.start), what: text.slice(node.start, node.start + 60) }));
  const exports = body.flatMap((node) => (node.type === 'ExportNamedDeclaration' ? exported(node) : []));
  const types = new Set(body.flatMap((node) => (node['exportKind'] === 'type' ? exported(node) : [])));
  return {
    path,
    lines: text.split('\n').length - 1,
    imports,
    exports,
    types,
    functions,
    topLevelWork,
    mentions,
    text,
  };
}

function whenOf(node: Node): SourceFile['imports'][number]['when'] {
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return 'never';
  return node.type === 'ImportExpression' ? 'later' : 'first';
}

/** The names that an import takes; undefined for `import()` and `import * as`. */
function namesIn(node: Node): string[] | undefined {
  const specifiers = node['specifiers'] as Node[] | undefined;
  const names = specifiers?.map(({ imported }) => (imported as Node | undefined)?.['name']);
  return names?.every((name) => typeof name === 'string') ? names : undefined;
}

/** `./x.js` of `new URL('./x.js', import.meta.url)`: a file that is started, or handed over. */
function urlOf(node: Node): string | undefined {
  const [first] = (node['arguments'] as Node[] | undefined) ?? [];
  const isUrl = node.type === 'NewExpression' && (node['callee'] as Node)['name'] === 'URL';
  const path = isUrl ? first?.['value'] : undefined;
  return typeof path === 'string' && path.startsWith('.') ? path : undefined;
}

function exported(node: Node): string[] {
  const declaration = node['declaration'] as Node | null;
  const declared = (declaration?.['declarations'] as Node[] | undefined) ?? [
    declaration,
    ...(node['specifiers'] as Node[]),
  ];
  return declared.flatMap((each) => {
    const name = ((each?.['id'] ?? each?.['exported']) as Node | undefined)?.['name'];
    return typeof name === 'string' ? [name] : [];
  });
}

/** Expression statements, loops, branches and `new X()` outside constants: things that happen because of an import. */
function isWork(node: Node): boolean {
  return /^(Expression|If|For|ForOf|ForIn|While|Try|Switch|Throw)Statement$/.test(node.type);
}

function nameOf(node: Node, parent: Node | undefined): string {
  const own = node['id'] as Node | null | undefined;
  if (own?.type === 'Identifier') return String(own['name']);
  const key = (parent?.['key'] ?? parent?.['id']) as Node | undefined;
  return key?.type === 'Identifier' ? String(key['name']) : '(anonymous)';
}

export function toRootPath(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const absolute = resolve(ROOT, dirname(from), specifier);
  return relative(ROOT, absolute).replace(/\.js$/, '.ts');
}

function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && 'type' in child) walk(child as Node, visit, node);
    }
  }
}
