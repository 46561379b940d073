import { expect, it } from 'vitest';
import { statusLine } from '../../src/control/status.js';
import type { TerminalState } from '../../src/terminal/terminal.js';

function line(code: number, gateway: number | undefined): string {
  const readings = gateway === undefined ? {} : { gateway: { code: gateway, detail: '', atMs: 0 } };
  const state = { open: undefined, readiness: { ready: false, code, detail: 'as it is' }, readings };
  return statusLine(state as unknown as TerminalState, {
    head: { shop: '', terminal: '', header: [], footer: [] },
  });
}

it('does not say that the gateway is silent before it was asked, and says all else as it is', () => {
  expect(line(550, undefined)).toBe('starting: the gateway is being asked for the first time');
  expect(line(550, 560)).toMatch(/^not selling: E550 as it is/);
  expect(line(720, undefined)).toMatch(/^not selling: E720 as it is/);
});
