import { asObject, type Json } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { camel, type Schema, type Tables } from '../settings/schema.js';
import { holdsServerKey } from '../settings/shown.js';
import { Findings, keyName } from './findings.js';
import { locate, type TomlPath } from './locate.js';
import { type ConfigProblem, inOrder } from './problem.js';
import { readTable } from './read.js';
import { nearest } from './suggest.js';
import { parseToml } from './syntax.js';

/** The configuration, or everything that is wrong with it; and in both cases what is worth knowing (FAULT.configNote). */
export type Checked<C> = Result<C, readonly ConfigProblem[]> & {
  readonly notes: readonly ConfigProblem[];
  /** What was read in spite of what is wrong. Only a table that is sound is what the type says. */
  readonly read?: { readonly config: C; readonly isSound: (table: string) => boolean };
};

// A relay with ten thousand terminals has 1.5 MB; what is larger is another file.
const LARGEST = 4_000_000;

/** What a document says besides what stands in it. */
export type Completion = (document: Json) => Json;

/**
 * Reads a configuration file. Names every error at once, in the order of the lines, each with its number. Pure where `complete` is;
 * never throws, whatever the text is.
 */
export function check<C>(
  schema: Schema<C>,
  text: string,
  complete: Completion = (document) => document,
): Checked<C> {
  if (text.length > LARGEST) {
    const found = `${text.length} characters`;
    return {
      ...err([{ code: FAULT.configUnreadable, key: '', found, allowed: `at most ${LARGEST}` }]),
      notes: [],
    };
  }
  const places = locate(text);
  const { document, problems, broken } = parseToml(text);
  const findings = new Findings(schema.tables, places);
  findings.problems.push(...problems);
  for (const { kind, path } of broken) {
    if (kind === 'header') findings.markPartial(keyName(path));
    else findings.fault(keyName(path));
  }
  reportSecrets(text, findings, places.statements);
  const config = document === undefined ? undefined : readDocument(schema, complete(document), findings);
  const notes = inOrder(findings.problems.filter(({ code }) => code === FAULT.configNote));
  const errors = inOrder(findings.problems.filter(({ code }) => code !== FAULT.configNote));
  if (config === undefined) return { ...err(errors), notes };
  if (errors.length > 0) return { ...err(errors), notes, read: { config, isSound: soundIn(errors) } };
  return { ...ok(config), notes };
}

/** Settings that contradict each other are good each for itself. */
function soundIn(errors: readonly ConfigProblem[]): (table: string) => boolean {
  const wrong = errors
    .filter(({ code }) => code !== FAULT.configContradiction)
    .map(({ key }) => key.replace(/[.[].*$/, ''));
  return (table) => !wrong.includes('') && !wrong.includes(table);
}

function readDocument<C>(schema: Schema<C>, document: Json, findings: Findings): C {
  const { tables, rules } = schema;
  const built: Record<string, unknown> = {};
  const misspelt = new Map<string, string>();
  for (const given of Object.keys(document)) {
    if (Object.hasOwn(tables, given)) continue;
    findings.unknown([given], given, undefined, '');
    // What stands under a misspelt name is checked all the same, unless the right name is there, too.
    const near = nearest(given, Object.keys(tables));
    if (near !== undefined && !Object.hasOwn(document, near) && typeof document[given] === 'object') {
      misspelt.set(near, given);
      findings.rename(given, near);
    }
  }
  for (const [name, table] of Object.entries(tables)) {
    const [outer = name, inner] = name.split('.');
    const written = misspelt.get(outer) ?? outer;
    const raw = document[written];
    const path = inner === undefined ? [written] : [written, inner];
    const own = inner === undefined ? withoutTables(name, raw, tables) : asObject(raw)?.[inner];
    built[camel(name)] = readTable(name, path, table, own, findings);
  }
  // The reader has built each table by its schema, from which the type C is made.
  const config = built as C;
  for (const found of rules.flatMap((rule) => rule(config))) if (found) findings.contradiction(found);
  return config;
}

/** A table without those within it, which are read each for itself. */
function withoutTables(name: string, raw: unknown, tables: Tables): unknown {
  const keys = asObject(raw);
  if (keys === undefined) return raw;
  return Object.fromEntries(Object.entries(keys).filter(([key]) => !Object.hasOwn(tables, `${name}.${key}`)));
}

/** A server key anywhere, comments included: the file is read by more people than the key is meant for. */
function reportSecrets(
  text: string,
  findings: Findings,
  statements: readonly { readonly path: TomlPath; readonly line: number; readonly lastLine: number }[],
): void {
  for (const [i, content] of text.split('\n').entries()) {
    if (!holdsServerKey(content)) continue;
    const line = i + 1;
    const at = statements.find((each) => each.line <= line && line <= each.lastLine);
    const key = at === undefined ? '' : keyName(at.path);
    if (key !== '') findings.fault(key);
    findings.problems.push({
      code: FAULT.configSecret,
      line,
      key,
      found: 'a server key (not shown)',
      allowed: 'the place where it is to be had, "credential:NAME" or "file:/absolute/path"',
    });
  }
}
