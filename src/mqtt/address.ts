import { readFileSync } from 'node:fs';
import type { IClientOptions } from 'mqtt';
import { assert } from '../base/assert.js';
import { messageOf } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import type { Network } from '../bounds/network.js';

/** Files in PEM. Read again at every connect, so that a renewed certificate needs no restart. */
export interface TlsFiles {
  /** The authorities to trust instead of the system's. */
  readonly caFile?: string;
  /** Our own certificate (CN = client id) and its key, where the broker asks for one. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The name that the broker's certificate must carry, where it is not the host of the URL. */
  readonly servername?: string;
}

/** Where a broker is and how to be sure that it is the right one. */
export interface BrokerAddress {
  /** Each `mqtt://host:port`, `mqtts://host:port` or `wss://host:port/path`. No credentials in it: URLs are logged. Several: nodes of one cluster. */
  readonly urls: readonly string[];
  readonly tls?: TlsFiles;
}

/** @throws Misuse for a URL that configuration should never have let through; the message does not repeat it. */
export function checkAddress({ urls }: BrokerAddress): void {
  assert(urls.length > 0, 'no broker URL');
  for (const text of urls) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    assert(url !== undefined && url.hostname !== '', 'the broker URL is not of the form mqtt://host:port');
    assert(/^(mqtts?|wss):$/.test(url.protocol), 'the broker URL is neither mqtt nor mqtts nor wss');
    assert(url.username === '' && url.password === '', 'credentials do not belong in the broker URL');
  }
}

const PORTS = { mqtt: 1883, mqtts: 8883, wss: 443 } as const;

/** The part of MQTT.js' options that says where to connect. @returns why a TLS file cannot be read, otherwise. */
export function addressOptions(
  text: string,
  tls: TlsFiles = {},
  network?: Network,
): Result<IClientOptions, string> {
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1) as keyof typeof PORTS;
  // Node wants an IPv6 address without the brackets of the URL; over WebSocket MQTT.js makes a URL of it again.
  const bare = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const host = protocol === 'wss' ? url.hostname : bare;
  const where = { protocol, host, hostname: host, port: Number(url.port) || PORTS[protocol] };
  if (protocol === 'mqtt') return ok(where);
  const { caFile, certFile, keyFile, servername } = tls;
  const files: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  try {
    if (caFile !== undefined) files.ca = readFileSync(caFile);
    if (certFile !== undefined) files.cert = readFileSync(certFile);
    if (keyFile !== undefined) files.key = readFileSync(keyFile);
  } catch (thrown) {
    return err(messageOf(thrown));
  }
  const named = servername === undefined ? {} : { servername };
  const secure = { ...files, ...named, minVersion: 'TLSv1.2' } as const;
  if (protocol === 'wss') {
    const wsOptions = { ...secure, agent: network?.agent, perMessageDeflate: false };
    return ok({ ...where, path: url.pathname, wsOptions });
  }
  const trust = Object.keys(files).length === 0 ? network?.trust : undefined;
  return ok({ ...where, ...secure, ...(trust === undefined ? {} : { secureContext: trust }) });
}
