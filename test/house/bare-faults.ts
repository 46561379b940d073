import { parseAst } from 'rolldown/parseAst';
import { FAULT } from '../../src/core/fault/table.js';
import { type Node, type SourceFile, toRootPath } from './source.js';

const NUMBERS = new Set<number>(Object.values(FAULT));

/** Functions and methods that take a number of a fault, and as which argument. */
type Takers = ReadonlyMap<string, number>;

interface Parsed {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly takers: Takers;
}

/**
 * Where a fault is named by its number: `E520` in a text or comment, and 520 where a fault's number is meant. That is as
 * the value of something that is called code, compared with it, handed to a parameter of that name, returned by a
 * function that is named for it, or in a list, object or type of nothing but such numbers. The same digits may be
 * anything else (an HTTP status, a key, dots).
 */
export function bareFaults(files: readonly SourceFile[]): string[] {
  const parsed = files.filter(({ path }) => !path.startsWith('src/core/fault/')).map(parse);
  const byPath = new Map(parsed.map((file) => [file.path, file]));
  return parsed.flatMap((file) => {
    const at = (offset: number): string => `${file.path}:${file.text.slice(0, offset).split('\n').length}`;
    const texts = [...file.text.matchAll(/\bE[1-9]\d\d\b|\bFailure \d{3}\b/g)];
    const takers = new Map([...file.takers, ...imported(file, byPath)]);
    const numbers: Node[] = [];
    visit(file.program, [], (node, above) => {
      if (isNumber(node) && isMeant(node, above, takers)) numbers.push(node);
    });
    return [
      ...texts.map((match) => `${at(match.index)} ${match[0]}`),
      ...numbers.map((node) => `${at(node.start)} ${String(node['value'])}`),
    ];
  });
}

function parse({ path, text }: SourceFile): Parsed {
  const program = parseAst(text, { lang: 'ts' }) as unknown as Node;
  const takers = new Map<string, number>();
  visit(program, [], (node, above) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
    const index = (node['params'] as Node[]).findIndex((param) => isCode(nameIn(param)));
    const name = nameIn(node) || nameIn(above.at(-1));
    if (index >= 0 && name !== '') takers.set(name, index);
  });
  return { path, text, program, takers };
}

function imported({ path, program }: Parsed, byPath: ReadonlyMap<string, Parsed>): [string, number][] {
  return (program['body'] as Node[]).flatMap((node) => {
    if (node.type !== 'ImportDeclaration') return [];
    const from = byPath.get(toRootPath(path, String((node['source'] as Node)['value'])));
    return (node['specifiers'] as Node[]).flatMap((one): [string, number][] => {
      const index = from?.takers.get(nameIn(one['imported'] as Node));
      return index === undefined ? [] : [[nameIn(one['local'] as Node), index]];
    });
  });
}

/** `code`, `fault.code`, `NO_QR_CODE`. */
function isCode(name: string): boolean {
  return /code$/i.test(name) && !/statusCode$/i.test(name);
}

function isNumber(node: Node | undefined): boolean {
  return node?.type === 'Literal' && typeof node['value'] === 'number' && NUMBERS.has(node['value']);
}

/** Whether nothing but numbers of faults stand there, and more than one. */
function areNumbers(nodes: readonly (Node | undefined)[]): boolean {
  return nodes.length > 1 && nodes.every(isNumber);
}

function isMeant(node: Node, above: readonly Node[], takers: Takers): boolean {
  // Out of `a ? 470 : 471`, `x as const` and the like, to what takes the value.
  let inner = node;
  let depth = above.length - 1;
  while (/^(Conditional|TSAs|TSSatisfies|Parenthesized)Expression$/.test(above[depth]?.type ?? '')) {
    inner = above[depth] as Node;
    depth -= 1;
  }
  const holder = above[depth];
  if (holder === undefined || holder['key'] === inner) return false;
  switch (holder.type) {
    case 'Property':
      return isCode(nameIn(holder)) || areNumbers(valuesOf(above[depth - 1]));
    case 'PropertyDefinition':
    case 'VariableDeclarator':
    case 'AssignmentPattern':
      return isCode(nameIn(holder));
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return [holder['left'], holder['right']].some((side) => isCode(nameIn(side as Node)));
    case 'CallExpression':
      return takers.get(nameIn(holder['callee'] as Node)) === (holder['arguments'] as Node[]).indexOf(inner);
    case 'ReturnStatement':
      return /code|number|fault/i.test(functionName(above));
    case 'ArrayExpression': {
      const elements = holder['elements'] as Node[];
      return areNumbers(elements) || (elements[0] === inner && isText(elements[1]));
    }
    case 'TSLiteralType':
      return areNumbers(
        ((above[depth - 1]?.['types'] as Node[] | undefined) ?? []).map((type) => type['literal'] as Node),
      );
    default:
      return false;
  }
}

function isText(node: Node | undefined): boolean {
  return node?.type === 'TemplateLiteral' || (node?.type === 'Literal' && typeof node['value'] === 'string');
}

function valuesOf(object: Node | undefined): (Node | undefined)[] {
  const properties = (object?.['properties'] as Node[] | undefined) ?? [];
  return properties.map((property) => property['value'] as Node | undefined);
}

function functionName(above: readonly Node[]): string {
  const at = above.findLastIndex(({ type }) => /Function/.test(type));
  return nameIn(above[at]) || nameIn(above[at - 1]);
}

/** The name that a node has or ends in: of an identifier, a declaration, a property, a member, a parameter. */
function nameIn(node: Node | undefined): string {
  if (node === undefined || node === null) return '';
  if (/^(Private)?Identifier$/.test(node.type)) return String(node['name']);
  if (node.type === 'ChainExpression') return nameIn(node['expression'] as Node);
  const part =
    node['id'] ??
    node['key'] ??
    node['property'] ??
    (node.type === 'AssignmentPattern' ? node['left'] : undefined);
  return nameIn(part as Node | undefined);
}

function visit(node: Node, above: readonly Node[], see: (node: Node, above: readonly Node[]) => void): void {
  see(node, above);
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (child !== null && typeof child === 'object' && 'type' in child)
        visit(child as Node, [...above, node], see);
}
