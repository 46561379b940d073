import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { hex } from '../base/bytes.js';
import { faultIn, messageOf } from '../base/fault.js';
import { parseObject } from '../base/json.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { FAULT } from '../core/fault/table.js';
import { openFilesMost } from '../host/open-files.js';
import { httpTransport } from '../midtrans/exchange.js';
import { noticeTopic } from '../mqtt/topics.js';
import { lookAtBroker } from './broker-look.js';
import { type Check, type Finding, fail, failed, once, pass, skip, warn } from './check.js';
import { type GatewayContext, hostIn, keyFinding } from './gateway-checks.js';
import type { HostContext } from './host-checks.js';
import type { Machine } from './machine.js';
import { mosquittoFinding } from './mosquitto.js';
import type { NotificationContext } from './notification-checks.js';
import { portFinding } from './port-finding.js';

export interface ExaminedRelay extends HostContext, GatewayContext, NotificationContext {
  readonly config: RelayConfig;
  /** What a relay says that runs here; undefined where none does. */
  readonly health: () => Promise<{ readonly publisher: string } | undefined>;
  /** Of each [[merchant]]. */
  readonly merchantProbes: readonly { readonly name: string; readonly probe: GatewayContext['probe'] }[];
  /** '' where none is needed, undefined where it cannot be read by who asks. */
  readonly brokerPassword: string | undefined;
}

/** Where relays write to themselves. */
const PROBED = '_probe';
const NO_RELAY = 'no relay runs here; the port is free';
const DAY_MS = 86_400_000;
/** A certificate that ends so soon was not renewed when it should have been. */
const CERT_WARN_MS = 14 * DAY_MS;

export const RELAY_CHECKS: readonly Check<ExaminedRelay>[] = [
  {
    name: 'relay.port',
    about: { id: 'Port relay', en: 'port of the relay' },
    boundMs: 60_000,
    run: async ({ config, health }) => {
      const { host, port } = config.relay;
      const place = { what: 'relay', host, port };
      const found = await health();
      if (found !== undefined) return pass('the relay runs, and answers', `relay ${host}:${port}`);
      return idle(await portFinding(place));
    },
  },
  {
    name: 'merchant.key',
    about: { id: 'Kunci merchant', en: 'key of a merchant' },
    boundMs: 60_000,
    run: async ({ merchantProbes }) => {
      if (merchantProbes.length === 0) return skip('there is no [[merchant]]');
      const findings = merchantProbes.map(async ({ name, probe }) => {
        const probed = await probe();
        return {
          ...(probed.answer.ok ? keyFinding(probed, undefined) : failed(probed.answer.error)),
          of: name,
        };
      });
      return Promise.all(findings);
    },
  },
  {
    name: 'broker.link',
    about: { id: 'Broker', en: 'broker' },
    boundMs: 60_000,
    run: async (context) => {
      const { config, machine, health, brokerPassword } = context;
      const { broker, relay } = config;
      if (broker.kind === 'embedded') {
        const running = await health();
        if (running === undefined)
          return idle(await portFinding({ what: 'broker', host: broker.host, port: broker.port }));
        return running.publisher === 'ok'
          ? pass('embedded in the running relay')
          : failed(faultIn(running.publisher, FAULT.brokerUnreachable));
      }
      return lookAtBroker({
        machine,
        address: {
          urls: broker.url,
          ...(broker.caFile === undefined ? {} : { tls: { caFile: broker.caFile } }),
        },
        userName: broker.username,
        clientId: `${broker.username}-${hex(machine.random.bytes(4))}`,
        password: brokerPassword,
        session: { keep: false },
        topics: [noticeTopic(relay.merchant, PROBED)],
        echo: true,
        aloneMs: 0,
      });
    },
  },
  {
    name: 'broker.keeps',
    about: { id: 'Broker menyimpan', en: 'broker keeps' },
    boundMs: 60_000,
    run: async ({ config }) => {
      const { broker } = config;
      if (broker.kind === 'embedded')
        return broker.directory === ''
          ? fail(FAULT.brokerLoses, 'broker.directory is empty: what waits is lost at a restart')
          : pass(`embedded, in ${broker.directory}`);
      return broker.url.map((url) => {
        const { port } = new URL(url);
        if (!isHere(hostIn(url)))
          return skip('on another machine: ask there; systemd/broker/README.md says what each loses', url);
        return { ...mosquittoFinding(Number(port) || (url.startsWith('mqtts:') ? 8883 : 1883)), of: url };
      });
    },
  },
  {
    name: 'broker.certificate',
    about: { id: 'Sertifikat broker', en: 'certificate of the broker' },
    boundMs: 60_000,
    run: async ({ config, machine }) => {
      const { broker } = config;
      if (broker.kind !== 'embedded' || broker.tlsCert === undefined) return skip('none is configured');
      try {
        const { validToDate } = new X509Certificate(readFileSync(broker.tlsCert)) as unknown as {
          validToDate: Date;
        };
        return certificateFinding(validToDate.getTime(), machine);
      } catch (thrown) {
        return fail(FAULT.brokerCertificate, messageOf(thrown));
      }
    },
  },
  {
    name: 'relay.files',
    about: { id: 'Berkas terbuka', en: 'open files' },
    boundMs: 60_000,
    run: async ({ config }) => {
      const most = openFilesMost();
      const needed = 4 * config.terminal.length;
      const detail = `${most ?? '?'} may be open by you; ${config.terminal.length} terminals`;
      return most !== undefined && most < needed ? warn(FAULT.fewOpenFiles, detail) : pass(detail);
    },
  },
];

/** That a port is free is good only for a relay that is about to start: nobody is served meanwhile. */
function idle(found: Finding): Finding {
  return found.verdict === 'pass' ? { ...found, verdict: 'skip', detail: NO_RELAY } : found;
}

function certificateFinding(endsMs: number, { clock }: Machine) {
  const detail = `it ends on ${new Date(endsMs).toISOString().slice(0, 10)}`;
  const leftMs = endsMs - clock.wallMs();
  if (leftMs <= 0) return fail(FAULT.brokerCertificate, detail);
  return leftMs < CERT_WARN_MS ? warn(FAULT.brokerCertificate, detail) : pass(detail);
}

/** Whether that host is this machine. */
function isHere(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return true;
  return Object.values(networkInterfaces()).some(
    (all) => all?.some(({ address }) => address === host) === true,
  );
}

/** Asks the relay of this machine, once. */
export function healthOf({ relay }: RelayConfig, machine: Machine): ExaminedRelay['health'] {
  const host = relay.host === '0.0.0.0' ? '127.0.0.1' : relay.host === '::' ? '[::1]' : bracketed(relay.host);
  return once(async () => {
    const answer = await httpTransport(machine.timers)(
      { method: 'GET', url: `http://${host}:${relay.port}/healthz`, headers: {} },
      { timeoutMs: 15_000, limitBytes: 65_536 },
    );
    if (!answer.ok) return undefined;
    const said = parseObject(Buffer.from(answer.value.bytes).toString('utf8'));
    const publisher = said?.['publisher'];
    return typeof publisher === 'string' ? { publisher } : undefined;
  });
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
