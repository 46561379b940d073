import { BlockList, isIP } from 'node:net';

/**
 * Whom NO_PROXY names, as curl and others read it: `*`, a name and all below it (with or without a dot in front), an
 * address, a network as `10.0.0.0/8`, each with a port or without. This machine itself never needs a proxy.
 */
export function namedIn(list: readonly string[]): (host: string, port: number) => boolean {
  const entries = list.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== '');
  const networks = new BlockList();
  networks.addSubnet('127.0.0.0', 8, 'ipv4');
  networks.addAddress('::1', 'ipv6');
  for (const entry of entries) {
    const [address = '', bits] = entry.replace(/[[\]]/g, '').split('/');
    const family = familyOf(address);
    if (family === undefined) continue;
    if (bits === undefined) networks.addAddress(address, family);
    else if (Number(bits) <= (family === 'ipv4' ? 32 : 128))
      networks.addSubnet(address, Number(bits), family);
  }
  return (host, port) => {
    const name = host.replace(/[[\]]/g, '').replace(/\.$/, '').toLowerCase();
    const family = familyOf(name);
    if (name === 'localhost' || (family !== undefined && networks.check(name, family))) return true;
    return entries.some((entry) => {
      if (entry === '*') return true;
      const [, bare = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (bare === '' || (only !== undefined && Number(only) !== port)) return false;
      return name === bare || (family === undefined && name.endsWith(`.${bare}`));
    });
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
