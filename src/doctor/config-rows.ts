import type { Checked } from '../config/check.js';
import { FAULT } from '../core/fault/table.js';
import type { Configured } from '../programs/configuration.js';
import type { Row } from './check.js';
import type { Machine } from './machine.js';

const ABOUT = { id: 'Konfigurasi', en: 'configuration' } as const;

/** What `config check` finds, by number. */
export function configRows<C>(of: Configured<C>, file: string, checked: Checked<C>, machine: Machine): Row[] {
  const row = (verdict: Row['verdict'], code: number, detail: string, key?: string): Row => ({
    ...{ name: 'config', about: ABOUT, verdict, code, detail },
    ...(key === undefined || key === '' ? {} : { of: key }),
  });
  const notes = checked.notes.map(({ key, found }) => row('warn', FAULT.configNote, found, key));
  if (!checked.ok)
    return [
      ...notes,
      ...checked.error.map(({ code, line, key, found, allowed }) =>
        row(
          'fail',
          code,
          `${file}${line === undefined ? '' : `:${line}`} found ${found}; allowed: ${allowed}`,
          key,
        ),
      ),
    ];
  const { env, uid } = machine;
  const troubles = of.troubles(checked.value, { prefix: of.prefix, env, uid, starting: false });
  const rows = troubles.map(({ code, key, detail }) => row('fail', code, detail, key));
  return [...notes, ...(rows.length === 0 ? [row('pass', 0, file)] : rows)];
}
