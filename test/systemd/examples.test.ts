import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Completion, check } from '../../src/config/check.js';
import { NOT_ENROLLED, withEnrolment } from '../../src/config/enrolled.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';

const ofNobody: Completion = (document) => withEnrolment(document, NOT_ENROLLED);

function example(name: string): string {
  return readFileSync(new URL(`../../systemd/${name}.example.toml`, import.meta.url), 'utf8');
}

/** With what it offers after a `#` switched on: a line that is a key or a table, as opposed to a sentence. */
function uncommented(toml: string): string {
  return toml.replace(/^# (\[|\w+ = )/gm, '$1');
}

it('the first terminal.toml is sound, and so is what it offers', () => {
  expect(check(terminalSchema, example('terminal'), ofNobody)).toMatchObject({ ok: true });
  expect(check(terminalSchema, uncommented(example('terminal')), ofNobody)).toMatchObject({ ok: true });
});

it('the first relay.toml is sound, and so is what it offers', () => {
  expect(check(relaySchema, example('relay'))).toMatchObject({ ok: true });
  expect(check(relaySchema, uncommented(example('relay')))).toMatchObject({ ok: true });
});
