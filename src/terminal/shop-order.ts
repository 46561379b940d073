import type { RegisterResult, ShopChange } from '../base/register-messages.js';
import type { Register } from '../port/register.js';
import type { CatalogueKeeper } from './catalogue-keeper.js';
import type { OpeningKeeper } from './opening-keeper.js';

interface Keepers {
  readonly opening: OpeningKeeper;
  readonly catalogue: CatalogueKeeper;
}

/**
 * What a register or program is told of what is closed or sold out by hand, after it has set what it wants. What was set is on
 * disk before it is said; said again, it is as it was. Where anybody in the network may call, nobody closes the shop or empties
 * its shelves.
 */
export function answerShop(
  { change, by }: { readonly change?: ShopChange; readonly by?: string },
  { name, fromAfar }: Pick<Register, 'name' | 'fromAfar'>,
  keepers: Keepers,
): RegisterResult {
  if (change !== undefined) {
    if (fromAfar === true) return { result: 'unsupported' };
    const why = set(change, by ?? name, name, keepers);
    if (why !== undefined) {
      const [field, found] = 'maintenance' in change ? ['words', change.words] : [change.of, change.id];
      return { result: 'invalid', why, field, found: JSON.stringify(found), allowed: why };
    }
  }
  const { maintenance } = keepers.opening;
  const soldOut = keepers.catalogue.soldOut.map(({ name, by, sinceMs }) => ({ ...name, by, sinceMs }));
  return { result: 'shop', shop: { ...(maintenance === undefined ? {} : { maintenance }), soldOut } };
}

/** @returns why not */
function set(
  change: ShopChange,
  by: string,
  user: string,
  { opening, catalogue }: Keepers,
): string | undefined {
  if ('maintenance' in change) {
    const closed = change.maintenance ? opening.close(by, user, change.words) : undefined;
    if (!change.maintenance) opening.reopen(by, user);
    return closed?.ok === false ? closed.error : undefined;
  }
  const { of, id, soldOut } = change;
  const out = soldOut ? catalogue.setSoldOut({ of, id }, by, user) : undefined;
  if (!soldOut) catalogue.back({ of, id }, by, user);
  return out?.ok === false ? out.error : undefined;
}
