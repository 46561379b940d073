import { assert } from '../../src/base/assert.js';
import type { Guide } from '../../src/settings/guide.js';
import type { Keys, SettingChoice, ValuesOf } from '../../src/settings/schema.js';
import type { Decoder } from './decoder.js';
import type { Tools } from './tools.js';

/**
 * What a family's list needs to know of a protocol. Its `protocol.ts` declares and loads nothing: driver and parsers
 * come by `import()` when they are asked for, so that a shop loads what it has configured.
 */
export interface Protocol<Id extends string, K extends Keys, Common, Port> {
  /** As the configuration has it. */
  readonly id: Id;
  /** A sentence, for the help of the key that chooses it. */
  readonly about: string;
  readonly settings: K;
  /** One, or one for each profile. */
  readonly guides: readonly Guide[];
  /** Opens no line yet: the driver does, once it is started. */
  open(settings: ValuesOf<K> & Common, tools: Tools): Promise<Port>;
  /** Fresh parsers for looking on: the one of these settings, or of every form that the protocol has. */
  decoders(settings?: ValuesOf<K> & Common): Promise<readonly Decoder[]>;
}

/** A protocol as its list sees it: the settings are those that were read by its own keys. */
export interface Listed<Port> {
  readonly id: string;
  open(settings: object, tools: Tools): Promise<Port>;
  decoders(settings?: object): Promise<readonly Decoder[]>;
}

export function find<L extends { readonly id: string }>(list: readonly L[], id: string): L {
  const found = list.find((each) => each.id === id);
  assert(found !== undefined, `no protocol ${id}`);
  return found;
}

type Declared = Pick<Protocol<string, Keys, unknown, unknown>, 'id' | 'about' | 'settings' | 'guides'>;
type Choices<P extends Declared> = {
  readonly [D in P as D['id']]: Omit<SettingChoice, 'keys'> & { readonly keys: D['settings'] };
};

/** The protocols of a list as the choices of a key. */
export function choices<P extends Declared>(list: readonly P[]): Choices<P> {
  const entries = list.map(({ id, about, settings, guides }) => [id, { about, keys: settings, guides }]);
  // Entries by the ids of the very list that the type is made from.
  return Object.fromEntries(entries) as Choices<P>;
}
