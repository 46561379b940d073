import { describe, expectTypeOf, it } from 'vitest';
import type { TerminalId } from '../../src/base/ids.js';
import type { Rupiah } from '../../src/base/rupiah.js';
import { check } from '../../src/config/check.js';
import type { RelayConfig } from '../../src/config/relay-tables.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { type TerminalConfig, terminalTables } from '../../src/config/terminal-tables.js';
import type { FromEnrolment, SecretSource } from '../../src/settings/places.js';
import { camel, defineSchema } from '../../src/settings/schema.js';
import { checkTerminal, sound, TERMINAL } from './files.js';

type On<T> = Extract<T, { enabled: true }>;

// The compiler is the judge of this file (npm run check); at run time the tests only say that it was compiled.
describe('the type of a configuration', () => {
  it('follows from the schema: plain keys, with the units in their names', () => {
    expectTypeOf<TerminalConfig['terminal']['id']>().toEqualTypeOf<TerminalId>();
    expectTypeOf<TerminalConfig['terminal']['language']>().toEqualTypeOf<'both' | 'id' | 'en'>();
    expectTypeOf<TerminalConfig['sale']['max']>().toEqualTypeOf<Rupiah>();
    expectTypeOf<TerminalConfig['sale']['qrLifeSeconds']>().toEqualTypeOf<number>();
    expectTypeOf<TerminalConfig['slip']['header']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<TerminalConfig['gateway']['secret']>().toEqualTypeOf<SecretSource | FromEnrolment>();
  });

  it('has undefined only where a value may stay away', () => {
    expectTypeOf<TerminalConfig['gateway']['merchantId']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<TerminalConfig['gateway']['denyAttempts']>().toEqualTypeOf<number>();
    expectTypeOf<TerminalConfig['gateway']['url']>().toEqualTypeOf<string>();
  });

  it('narrows by the choice of a variant, and carries nothing of the others', () => {
    type Direct = Extract<TerminalConfig['gateway'], { mode: 'direct' }>;
    type Relayed = Extract<TerminalConfig['gateway'], { mode: 'relay' }>;
    expectTypeOf<Direct['notificationUrls']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<'notificationUrls' extends keyof Relayed ? true : false>().toEqualTypeOf<false>();
    type Serial = Extract<On<TerminalConfig['printer']>, { transport: 'serial' }>;
    expectTypeOf<Serial['device']>().toEqualTypeOf<string>();
    expectTypeOf<Serial['baud']>().toEqualTypeOf<
      1200 | 2400 | 4800 | 9600 | 19200 | 38400 | 57600 | 115200
    >();
    expectTypeOf<
      'device' extends keyof Extract<On<TerminalConfig['printer']>, { transport: 'tcp' }> ? true : false
    >().toEqualTypeOf<false>();
  });

  it('is what one protocol declares, beside the line that it is on', () => {
    type Zvt = Extract<On<TerminalConfig['register']>, { protocol: 'zvt'; transport: 'tcp' }>;
    expectTypeOf<Zvt['minorUnits']>().toEqualTypeOf<0 | 2>();
    expectTypeOf<Zvt['callers']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<'lrc' extends keyof Zvt ? true : false>().toEqualTypeOf<false>();
    type Pulse = Extract<On<TerminalConfig['vending']>, { protocol: 'pulse' }>;
    expectTypeOf<'device' extends keyof Pulse ? true : false>().toEqualTypeOf<false>();
  });

  it('gives a table that is off no keys at all', () => {
    expectTypeOf<Extract<TerminalConfig['keypad'], { enabled: false }>>().toEqualTypeOf<{
      readonly enabled: false;
    }>();
    expectTypeOf<On<TerminalConfig['keypad']>['device']>().toEqualTypeOf<readonly string[]>();
  });

  it('makes a list of a table that can stand many times', () => {
    expectTypeOf<RelayConfig['terminal'][number]['tokenSha256']>().toEqualTypeOf<string>();
    expectTypeOf<RelayConfig['terminal'][number]['maxAmount']>().toEqualTypeOf<Rupiah | undefined>();
    expectTypeOf<RelayConfig['broker']['kind']>().toEqualTypeOf<'embedded' | 'external'>();
  });

  it('is what check and every rule get', () => {
    expectTypeOf(sound(check(terminalSchema, TERMINAL))).toEqualTypeOf<TerminalConfig>();
    defineSchema('f', 'a', terminalTables, [
      (config) => {
        expectTypeOf(config).toEqualTypeOf<TerminalConfig>();
        return [];
      },
    ]);
  });

  it('has the names that the values have', () => {
    const config = sound(checkTerminal(TERMINAL));
    const names = Object.keys(terminalTables.sale.keys).map(camel);
    expectTypeOf(config.sale).toHaveProperty('unknownAfterSeconds');
    if (names.join() !== Object.keys(config.sale).join())
      throw new Error(`${names} are not ${Object.keys(config.sale)}`);
  });
});
