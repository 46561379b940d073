/** The way to a value: names, and places in lists counted from 0. */
export type TomlPath = readonly (string | number)[];

/** One header (`[a.b]`, `[[a]]`) or one `key = value`, from its first to its last line. Lines count from 1. */
export interface Statement {
  readonly kind: 'header' | 'key';
  readonly path: TomlPath;
  readonly line: number;
  readonly lastLine: number;
}

export interface Places {
  readonly statements: readonly Statement[];
  /** The line of a table header, a key, or an entry of a list or of an inline table. */
  lineOf(path: TomlPath): number | undefined;
}

// Deeper nesting is no configuration; the parser refuses it, and we must not run out of stack before it does.
const DEEPEST = 30;

/**
 * Finds the lines of all keys, which the parser does not tell. Made for text that parses; of other text it makes what
 * it can, always comes to an end and never throws.
 */
export function locate(toml: string): Places {
  const scanner = new Scanner(toml);
  scanner.run();
  const { statements, lines } = scanner;
  return { statements, lineOf: (path) => lines.get(JSON.stringify(path)) };
}

class Scanner {
  readonly statements: Statement[] = [];
  readonly lines = new Map<string, number>();
  private readonly text: string;
  private at = 0;
  private line = 1;
  /** How many times each `[[name]]` has come so far. */
  private readonly counts = new Map<string, number>();
  private table: TomlPath = [];

  constructor(text: string) {
    this.text = text;
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  run(): void {
    for (;;) {
      this.blanks(true);
      if (this.at >= this.text.length) return;
      if (this.peek('[')) this.header();
      else this.pair();
      this.restOfLine();
    }
  }

  private header(): void {
    const line = this.line;
    const isMany = this.peek('[[');
    this.step(isMany ? 2 : 1);
    const names = this.keyNames(']');
    this.step(isMany ? 2 : 1);
    this.table = this.resolve(names, isMany);
    if (isMany) this.remember(this.table.slice(0, -1), line);
    this.remember(this.table, line);
    this.statements.push({ kind: 'header', path: this.table, line, lastLine: this.line });
  }

  /** `[[a]]` begins the next entry of the list `a`; `[a.b]` after it belongs to the newest entry. */
  private resolve(names: readonly string[], isMany: boolean): TomlPath {
    const path: (string | number)[] = [];
    for (const [i, name] of names.entries()) {
      path.push(name);
      const key = JSON.stringify(path);
      const count = this.counts.get(key);
      if (isMany && i === names.length - 1) {
        this.counts.set(key, (count ?? 0) + 1);
        path.push(count ?? 0);
      } else if (count !== undefined) path.push(count - 1);
    }
    return path;
  }

  private pair(): void {
    const line = this.line;
    const path = [...this.table, ...this.keyNames('=')];
    this.step(1);
    this.remember(path, line);
    this.value(path, 0);
    this.statements.push({ kind: 'key', path, line, lastLine: this.line });
  }

  /** The parts of a dotted key, up to `end` or the end of the line. */
  private keyNames(end: string): string[] {
    const names: string[] = [];
    while (this.at < this.text.length && !this.peek(end) && !this.peek('\n')) {
      const char = this.text.charAt(this.at);
      if (char === '"' || char === "'") names.push(this.quoted());
      else if (char === '.' || char === ' ' || char === '\t' || char === '\r') this.step(1);
      else names.push(this.take(/[^.=\]"'\s]+|./y));
    }
    return names;
  }

  private value(path: TomlPath, depth: number): void {
    this.blanks(false);
    const char = this.text.charAt(this.at);
    if (char === '"' || char === "'") this.quoted();
    else if (char === '[' && depth < DEEPEST) this.list(path, depth);
    else if (char === '{' && depth < DEEPEST) this.inlineTable(path, depth);
    else this.take(/[^,\]}#\n]*/y);
  }

  private list(path: TomlPath, depth: number): void {
    this.step(1);
    for (let index = 0; ; index += 1) {
      this.blanks(true);
      if (this.at >= this.text.length) return;
      if (this.peek(']')) break;
      const entry = [...path, index];
      this.remember(entry, this.line);
      this.value(entry, depth + 1);
      this.blanks(true);
      if (this.peek(',')) this.step(1);
      else if (!this.peek(']')) return;
    }
    this.step(1);
  }

  private inlineTable(path: TomlPath, depth: number): void {
    this.step(1);
    for (;;) {
      this.blanks(true);
      if (this.at >= this.text.length) return;
      if (this.peek('}')) break;
      const line = this.line;
      const entry = [...path, ...this.keyNames('=')];
      if (!this.peek('=')) return;
      this.step(1);
      this.remember(entry, line);
      this.value(entry, depth + 1);
      this.blanks(true);
      if (this.peek(',')) this.step(1);
      else if (!this.peek('}')) return;
    }
    this.step(1);
  }

  /** A string in any of the four notations; its text, where it can be had simply, for quoted keys. */
  private quoted(): string {
    const quote = this.text.charAt(this.at);
    const isMultiline = this.peek(quote.repeat(3));
    const mark = isMultiline ? quote.repeat(3) : quote;
    const start = this.at;
    this.step(mark.length);
    while (this.at < this.text.length && !this.peek(mark)) {
      if (!isMultiline && this.peek('\n')) return this.text.slice(start + 1, this.at);
      this.step(quote === '"' && this.peek('\\') ? 2 : 1);
    }
    this.step(mark.length);
    // Up to two quotes may stand right before the closing three.
    if (isMultiline) for (let extra = 0; extra < 2 && this.peek(quote); extra += 1) this.step(1);
    const inner = this.text.slice(start + mark.length, this.at - mark.length);
    return quote === '"' ? unescaped(inner) : inner;
  }

  /** Spaces; with `across`, also line ends and comments. */
  private blanks(across: boolean): void {
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (char === ' ' || char === '\t' || char === '\r' || (across && char === '\n')) this.step(1);
      else if (across && char === '#') this.take(/[^\n]*/y);
      else return;
    }
  }

  private restOfLine(): void {
    this.take(/[^\n]*/y);
    this.step(1);
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private step(count: number): void {
    for (let i = 0; i < count && this.at < this.text.length; i += 1) {
      if (this.text.charCodeAt(this.at) === 0x0a) this.line += 1;
      this.at += 1;
    }
  }

  private peek(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  /** The first place wins: a second one is an error that names the first. */
  private remember(path: TomlPath, line: number): void {
    const key = JSON.stringify(path);
    if (!this.lines.has(key)) this.lines.set(key, line);
  }
}

function unescaped(inner: string): string {
  try {
    const text: unknown = JSON.parse(`"${inner}"`);
    return typeof text === 'string' ? text : inner;
  } catch (thrown) {
    // TOML has escapes that JSON has not (`\U`, `\x`, `\e`): such a key keeps its written form, and only its line is lost.
    if (thrown instanceof SyntaxError) return inner;
    throw thrown;
  }
}
