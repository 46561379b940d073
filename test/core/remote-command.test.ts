import { describe, expect, it } from 'vitest';
import { OPERATOR_RIGHTS } from '../../src/base/operator-right.js';
import { NEVER } from '../../src/control/answer.js';
import { commandLine } from '../../src/control/command-line.js';
import { COMMANDS } from '../../src/control/commands.js';
import { remoteCommand } from '../../src/control/remote.js';

const LINES = Object.values(COMMANDS).flatMap(({ help }) =>
  help.map(({ usage, afar }) => ({ words: commandLine(usage).words.join(' '), afar })),
);

const rightOf = (typed: string, flags: readonly string[] = []): string | undefined => {
  const [command = '', ...args] = typed.split(' ');
  const found = remoteCommand(command, args, flags);
  return found.ok ? found.value.right : undefined;
};

describe('from afar', () => {
  it('each command of the control socket is allowed by a right, or never: this is all of them', () => {
    const by = new Map<string, Set<string>>();
    for (const { words, afar } of LINES) by.set(afar, (by.get(afar) ?? new Set()).add(words));
    expect(Object.fromEntries([...by].map(([right, words]) => [right, [...words].sort()]))).toEqual({
      bundle: ['bundle'],
      doctor: ['doctor'],
      status: ['config afar', 'products', 'slots', 'status'],
      why: ['why'],
      sales: ['owed', 'report', 'sales', 'shift'],
      say: ['say again'],
      reprint: ['reprint', 'shift reprint'],
      'sold-out': ['products back', 'products sold-out'],
      maintenance: ['maintenance', 'maintenance off', 'maintenance on'],
      reload: ['config reload', 'products reload'],
      restart: ['restart'],
      // Money, a sale, the end of a shift, the state of a law or machine, programs that pretend: for who stands there.
      never: [
        ...['accept-loss', 'cancel', 'owed resolve', 'products import', 'reconcile', 'shift close'],
        ...['slots clear', 'sniff', 'tail', 'test display', 'test keypad', 'test printer', 'test register'],
        ...['test speaker', 'test vending', 'webhooks', 'webhooks replay'],
      ],
    });
    expect([...by.keys()].filter((right) => right !== NEVER).sort()).toEqual(
      // What is set is no command.
      OPERATOR_RIGHTS.filter((right) => right !== 'config').sort(),
    );
  });

  it('the same words never need two rights, of which one could be had', () => {
    const rights = new Map<string, Set<string>>();
    for (const { words, afar } of LINES) rights.set(words, (rights.get(words) ?? new Set()).add(afar));
    expect([...rights].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  it('what moves money or ends something is found under no spelling', () => {
    for (const typed of [
      ...['owed resolve T1-X', 'owed resolve', 'cancel', 'accept-loss', 'shift close', 'shift close 7'],
      ...['reconcile', 'reconcile 1', 'reconcile 1 sales 0', 'reconcile 1 ring', 'reconcile 1 orders'],
      ...[
        'slots clear 12',
        'webhooks replay x',
        'test vending',
        'test',
        'sniff /dev/ttyUSB0',
        'products import x',
      ],
      ...['refund T1-X', 'config', 'config check', 'constructor', '__proto__', 'toString', ''],
    ])
      expect(rightOf(typed), typed).toBeUndefined();
  });

  it('what the help does not show is not done: words too many, options of another, the name of somebody else', () => {
    expect(rightOf('products sold-out cola')).toBe('sold-out');
    expect(rightOf('products sold-out', ['slot'])).toBe('sold-out');
    expect(rightOf('sales', ['shift'])).toBe('sales');
    expect(rightOf('maintenance on Kami kembali')).toBe('maintenance');
    for (const typed of ['products nonsense', 'status now', 'maintenance now', 'shift 7', 'restart now'])
      expect(rightOf(typed), typed).toBeUndefined();
    expect(rightOf('products sold-out cola', ['by'])).toBeUndefined();
    expect(rightOf('owed', ['how'])).toBeUndefined();
    expect(rightOf('status', ['socket'])).toBeUndefined();
  });
});
