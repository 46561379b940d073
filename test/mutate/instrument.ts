import { parseAst } from 'rolldown/parseAst';

/** One change of the product's text, switched on by its number at run time. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  /** What is changed, and the text that it is changed in. */
  readonly what: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Where {
  /** Code outside of functions runs once, before any mutant is switched on. */
  readonly inFunction: boolean;
  /** The function decides about a sale: what it returns may be "ignored" instead. */
  readonly decides: boolean;
  /** The node is a whole condition, or an operand of one, and is turned round as that. */
  readonly asTest: boolean;
}

const RELATIONS = new Set(['<', '<=', '>', '>=']);
const EQUALITIES = new Set(['===', '!==']);
const SUMS = new Set(['+', '-', '*', '/', '%']);
/** Bounds and times by their names. */
const CONSTANT = /_(MS|S|BYTES|DAYS)$|^(MOST|MAX|MIN|LAST)_?/;
/** What is only said to people in a log. */
const SPOKEN = /\blog\b|\bsay\(/;

/** Every change in `file`, all of them in one text; which one is on is asked at run time (`switch.ts`). */
export class Instrument {
  readonly mutants: Mutant[] = [];
  readonly #inserts: { readonly at: number; readonly text: string }[] = [];
  #cuts: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  readonly #code: string;
  readonly #file: string;
  readonly #first: number;

  constructor(code: string, file: string, first: number) {
    this.#code = code;
    this.#file = file;
    this.#first = first;
    this.#walk(parseAst(code, { lang: 'ts' }) as unknown as Node, {
      inFunction: false,
      decides: false,
      asTest: false,
    });
  }

  text(): string {
    // Stable: of two at the same place the one that was asked for first stands first.
    const edits = [...this.#inserts.map(({ at, text }) => ({ from: at, to: at, text })), ...this.#cuts];
    edits.sort((a, b) => a.from - b.from);
    let made = '';
    let at = 0;
    for (const { from, to, text } of edits) {
      made += this.#code.slice(at, from) + text;
      at = to;
    }
    return made + this.#code.slice(at);
  }

  #new(node: Node, what: string): number {
    const line = this.#code.slice(0, node.start).split('\n').length;
    const text = this.#code.slice(node.start, node.end).replace(/\s+/g, ' ');
    const id = this.#first + this.mutants.length;
    const shown = text.length > 110 ? `${text.slice(0, 107)}...` : text;
    this.mutants.push({ id, file: this.#file, line, what: `${what}: ${shown}` });
    return id;
  }

  #around(node: Node, before: string, after: string, inner: () => void): void {
    this.#inserts.push({ at: node.start, text: before });
    inner();
    this.#inserts.push({ at: node.end, text: after });
  }

  #walk(node: Node, where: Where): void {
    const inner = (): void => this.#inside(node, where);
    if (!where.inFunction) return inner();
    switch (node.type) {
      case 'ExpressionStatement':
        return this.#statement(node, inner);
      case 'ReturnStatement':
        return this.#returned(node, where, inner);
      case 'BinaryExpression':
        return this.#binary(node, where, inner);
      case 'Literal':
        if (node['value'] === true || node['value'] === false)
          return this.#around(node, `__n(${this.#new(node, 'turned')},`, ')', inner);
        return inner();
      default:
        return inner();
    }
  }

  #statement(node: Node, inner: () => void): void {
    const { type } = node['expression'] as Node;
    const text = this.#code.slice(node.start, node.end);
    const drops = /^(Call|Assignment|Await|Update|Unary)/.test(type) && !/^super\b/.test(text);
    if (!drops || SPOKEN.test(text.slice(0, 60))) return inner();
    this.#around(node, `{if(!__m(${this.#new(node, 'dropped')}))`, '}', inner);
  }

  #returned(node: Node, where: Where, inner: () => void): void {
    const argument = node['argument'] as Node | null;
    if (argument === null || !where.decides) return inner();
    if (/^ignored\(/.test(this.#code.slice(argument.start))) return inner();
    const id = this.#new(argument, 'ignored instead');
    this.#around(argument, `__m(${id})?{kind:'ignored',because:'mutant'}:(`, ')', inner);
  }

  #binary(node: Node, where: Where, inner: () => void): void {
    const operator = node['operator'] as string;
    const calculates = SUMS.has(operator) && !/['"`]/.test(this.#code.slice(node.start, node.end));
    if (RELATIONS.has(operator) || calculates) {
      const left = node['left'] as Node;
      const right = node['right'] as Node;
      const from = this.#code.indexOf(operator, left.end);
      const id = this.#new(node, RELATIONS.has(operator) ? 'bound moved' : `not ${operator}`);
      this.#around(node, `__b(${id},'${operator}',`, ')', () => {
        this.#cuts.push({ from, to: from + operator.length, text: ',' });
        this.#operand(left, where);
        this.#operand(right, where);
      });
      return;
    }
    if (EQUALITIES.has(operator) && !where.asTest)
      return this.#around(node, `__n(${this.#new(node, 'turned')},`, ')', inner);
    inner();
  }

  /** Numbers and bounds that are calculated or compared with. */
  #operand(node: Node, where: Where): void {
    const number = node.type === 'Literal' && typeof node['value'] === 'number';
    const named = node.type === 'Identifier' && CONSTANT.test(String(node['name']));
    if (!number && !named) return this.#walk(node, { ...where, asTest: false });
    this.#around(node, `__c(${this.#new(node, 'another number')},`, ')', () => undefined);
  }

  #inside(node: Node, where: Where): void {
    const plain: Where = { ...where, asTest: false };
    switch (node.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
      case 'WhileStatement':
        this.#test(node['test'] as Node, where);
        return this.#children(node, plain, ['test']);
      case 'LogicalExpression':
        return this.#logical(node, where);
      case 'ArrayExpression':
        for (const element of node['elements'] as Node[]) this.#element(element, plain);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const type = node['returnType'] as Node | null;
        const decides = type !== null && /\bDecision\b/.test(this.#code.slice(type.start, type.end));
        return this.#children(node, { inFunction: true, decides, asTest: false }, ['params']);
      }
      case 'MethodDefinition':
        if (node['kind'] === 'constructor') return;
        return this.#children(node, plain, []);
      case 'Property':
        return this.#children(node, plain, ['key']);
      case 'UnaryExpression':
        return this.#children(node, node['operator'] === '!' ? where : plain, []);
      default:
        return this.#children(node, plain, []);
    }
  }

  #test(node: Node, where: Where): void {
    const walk = (): void => this.#walk(node, { ...where, asTest: true });
    if (!where.inFunction) return walk();
    this.#around(node, `__n(${this.#new(node, 'turned')},`, ')', walk);
  }

  /** `a && b` without one of the two; `a ?? b` without `a`. */
  #logical(node: Node, where: Where): void {
    const operator = node['operator'] as string;
    for (const side of ['left', 'right'] as const) {
      const operand = node[side] as Node;
      const walk = (): void => this.#walk(operand, { ...where, asTest: operator !== '??' });
      if (!where.inFunction || (operator === '??' && side === 'right')) walk();
      else {
        const id = this.#new(operand, `left out of ${operator}`);
        if (operator === '&&') this.#around(operand, `(__m(${id})||(`, '))', walk);
        if (operator === '||') this.#around(operand, `(!__m(${id})&&(`, '))', walk);
        if (operator === '??') this.#around(operand, `(__m(${id})?undefined:(`, '))', walk);
      }
    }
  }

  /** An effect, a row, a word of a list that is not there. */
  #element(node: Node, where: Where): void {
    const droppable = /^(Object|Spread|Call|Conditional)/.test(node.type) && where.inFunction;
    const walk = (): void => this.#walk(node, where);
    if (!droppable) return walk();
    this.#around(node, `...(__m(${this.#new(node, 'not in the list')})?[]:[`, '])', walk);
  }

  #children(node: Node, where: Where, without: readonly string[]): void {
    for (const [key, value] of Object.entries(node)) {
      if (without.includes(key) || key === 'typeAnnotation' || key === 'returnType') continue;
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child) && isCode(child)) this.#walk(child, where);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function isCode({ type }: Node): boolean {
  return !type.startsWith('TS') || /^TS(As|NonNull|Satisfies)Expression$/.test(type);
}
