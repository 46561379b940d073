import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import { restoreAllMocks, spyOn } from '@vitest/spy';
import * as chai from 'chai';

/** A test as it stands in a file, with what is to be done before and after it. */
export interface Test {
  readonly name: string;
  readonly run: () => Promise<void>;
}

type Work = (...values: never[]) => unknown;

interface Scope {
  readonly name: string;
  readonly before: Work[];
  readonly after: Work[];
}

/** Stands where vitest stands for the test files that are bundled with the product: one process, nothing isolated. */
export const tests: Test[] = [];
let scopes: Scope[] = [];

/** What follows is of this file. */
export function file(name: string): void {
  scopes = [{ name, before: [], after: [] }];
}

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
export const expect = Object.assign(
  (value: unknown, words?: string) => chai.expect(value, words),
  chai.expect,
);

export const vi = { spyOn, restoreAllMocks };

function one(title: string, work: Work): void {
  const around = [...scopes];
  const run = async (): Promise<void> => {
    try {
      for (const { before } of around) for (const each of before) await each();
      await work();
    } finally {
      for (const { after } of [...around].reverse()) for (const each of after) await each();
    }
  };
  tests.push({ name: [...around.map(({ name }) => name), title].join(' > '), run });
}

export const it = Object.assign(one, {
  each:
    (cases: readonly unknown[]) =>
    (title: string, work: (...values: unknown[]) => unknown): void =>
      cases.forEach((values, at) => {
        one(`${title} [${at}]`, () => (Array.isArray(values) ? work(...values) : work(values)));
      }),
});

function group(name: string, inner: () => void): void {
  scopes = [...scopes, { name, before: [], after: [] }];
  inner();
  scopes = scopes.slice(0, -1);
}

export const describe = Object.assign(group, {
  each:
    (cases: readonly unknown[]) =>
    (title: string, inner: (...values: unknown[]) => void): void =>
      cases.forEach((values, at) => {
        group(`${title} [${at}]`, () => (Array.isArray(values) ? inner(...values) : inner(values)));
      }),
});

export function beforeEach(work: Work): void {
  scopes.at(-1)?.before.push(work);
}

export function afterEach(work: Work): void {
  scopes.at(-1)?.after.push(work);
}

/** Each test stands alone here, and is asked for any number of times. */
export function beforeAll(work: Work): void {
  scopes.at(-1)?.before.unshift(work);
}

export function afterAll(work: Work): void {
  scopes.at(-1)?.after.push(work);
}
