import { Failure } from '../base/fault.js';
import type { Network } from '../bounds/network.js';
import type { SecretRegistry } from '../host/secrets.js';
import { networkIn } from '../programs/network.js';
import type { Row } from './check.js';
import type { Machine } from './machine.js';
import { readFor } from './secret.js';

const ABOUT = { id: 'Proxy dan sertifikat tambahan', en: 'proxy and extra certificates' } as const;

/** The machine with the network that the program has, or the row that says why it has none. @param prefix of its credentials */
export async function networked(
  { network: table }: { readonly network: Parameters<typeof networkIn>[0] },
  machine: Machine,
  secrets: SecretRegistry,
  prefix: string,
): Promise<{ readonly machine: Machine; readonly rows: readonly Row[] }> {
  try {
    const secret = (_name: string, source: Parameters<typeof readFor>[0]): string =>
      readFor(source, prefix, machine, secrets) ?? '';
    const tools = { secret, secrets, log: machine.log };
    const network: Network | undefined = await networkIn(table, tools, machine.env);
    return { machine: { ...machine, network }, rows: [] };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const { code, detail } = thrown.fault;
    return { machine, rows: [{ name: 'network.file', about: ABOUT, verdict: 'fail', code, detail }] };
  }
}
