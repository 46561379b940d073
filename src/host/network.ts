import type { NetworkInterfaceInfo } from 'node:os';

export interface OwnAddress {
  /** `eth0`, `wlan0`. */
  readonly device: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly address: string;
}

/**
 * The addresses at which this box can be reached, for the technician's page and for "no network".
 * @param interfaces `os.networkInterfaces()`. Left out are loopback and link-local addresses: 169.254.x.x means that no
 * DHCP server answered, and fe80:: is there even without a router (RFC 3927, RFC 4291).
 */
export function ownAddresses(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): OwnAddress[] {
  return Object.entries(interfaces)
    .flatMap(([device, infos]) =>
      (infos ?? [])
        .filter((info) => !info.internal && !/^(169\.254\.|fe[89ab])/i.test(info.address))
        .map((info) => ({ device, family: info.family, address: info.address })),
    )
    .sort((a, b) => a.device.localeCompare(b.device) || a.family.localeCompare(b.family));
}
