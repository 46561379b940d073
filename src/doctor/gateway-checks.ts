import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Fault, messageOf } from '../base/fault.js';
import type { Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { classified, classifyStatus } from '../midtrans/classify.js';
import { type HttpAnswer, type HttpTransport, httpTransport } from '../midtrans/exchange.js';
import { boundedLine } from '../midtrans/faults.js';
import { coreApiRequest, healthOrderId } from '../midtrans/request.js';
import { type Check, type Finding, fail, failed, once, pass, skip, warn } from './check.js';
import type { Machine } from './machine.js';

/** Whom a program asks, and as whom. */
export interface GatewayContext {
  readonly machine: Machine;
  readonly gatewayUrl: string;
  /** The address that a login page answers in the place of: the same host, without TLS. */
  readonly plainUrl: string;
  /** Whose hosts are looked up: the gateway's, and others. */
  readonly urls: readonly string[];
  /** Whether the proxy, where there is one, is that of the file. */
  readonly proxyInFile: boolean;
  /** One answer to the status of an order that cannot exist. */
  readonly probe: () => Promise<Probe>;
  /** What the running program says of the gateway: its code, 0 for good. Where our own request had no key. */
  readonly told: { readonly code: number; readonly detail: string } | undefined;
}

export interface Probe {
  readonly answer: Result<HttpAnswer, Fault>;
  /** Whether it went with a key. */
  readonly keyed: boolean;
  /** Milliseconds from the request to the answer. */
  readonly tookMs: number;
  /** The wall clock in the middle of it. */
  readonly wallMs: number;
}

const PROBE_MS = 15_000;
const ANSWER_LIMIT_BYTES = 256 * 1024;
/** As the terminal judges it, and what is worth a word before that. */
const SKEW = { fail: 300_000, warn: 60_000 } as const;

/** Asks once, for all who want to know. @param authorization undefined where the key cannot be read by who asks */
export function probeOf(
  machine: Machine,
  gatewayUrl: string,
  asker: string,
  authorization: string | undefined,
): () => Promise<Probe> {
  const exchange = httpTransport(machine.timers, machine.network);
  return once(async () => {
    const { clock } = machine;
    const url = `${gatewayUrl.replace(/\/+$/, '')}/v2/${healthOrderId(asker)}/status`;
    const request = coreApiRequest('GET', url, authorization ?? '', {});
    const beganMs = clock.monoMs();
    const answer = await exchange(request, { timeoutMs: PROBE_MS, limitBytes: ANSWER_LIMIT_BYTES });
    const tookMs = clock.monoMs() - beganMs;
    return {
      answer,
      tookMs: Math.round(tookMs),
      keyed: authorization !== undefined,
      wallMs: clock.wallMs() - tookMs / 2,
    };
  });
}

export const GATEWAY_CHECKS: readonly Check<GatewayContext>[] = [
  {
    name: 'network.names',
    about: { id: 'DNS', en: 'DNS' },
    boundMs: 30_000,
    run: ({ machine, urls }) => {
      const hosts = urls.filter((url) => machine.network?.proxyFor(url) === undefined).map(hostIn);
      if (hosts.length === 0) return Promise.resolve(skip('the proxy looks them up'));
      return Promise.all([...new Set(hosts)].map(nameFinding));
    },
  },
  {
    name: 'network.proxy',
    about: { id: 'Proxy', en: 'proxy' },
    boundMs: 30_000,
    run: async ({ machine, gatewayUrl, proxyInFile, probe }) => {
      const proxy = machine.network?.proxyFor(gatewayUrl);
      if (proxy === undefined) return pass('the gateway is reached without one');
      const { answer } = await probe();
      if (!answer.ok && answer.error.code === FAULT.proxyRefuses) return failed(answer.error);
      return proxyInFile
        ? pass(`through ${proxy}`)
        : warn(FAULT.proxyUnused, `${proxy} is in the environment, and network.proxy says nothing`);
    },
  },
  {
    name: 'gateway.answer',
    about: { id: 'Gateway', en: 'gateway' },
    boundMs: 30_000,
    run: async (context) => answerFinding(context, await context.probe()),
  },
  {
    name: 'gateway.key',
    about: { id: 'Kunci gateway', en: 'key of the gateway' },
    boundMs: 30_000,
    run: async ({ probe, told }) => keyFinding(await probe(), told),
  },
  {
    name: 'host.clock',
    about: { id: 'Jam', en: 'clock' },
    boundMs: 30_000,
    run: async ({ probe }) => {
      const { answer, wallMs } = await probe();
      const dateMs = answer.ok ? answer.value.dateMs : undefined;
      if (dateMs === undefined)
        return wallMs < Date.UTC(2025, 0)
          ? fail(FAULT.clockWrong, `it says ${new Date(wallMs).toISOString()}`)
          : skip('nobody to compare it with');
      const skewMs = Math.round(dateMs - wallMs);
      const detail = `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs < 0 ? 'ahead of' : 'behind'} the gateway's`;
      if (Math.abs(skewMs) > SKEW.fail) return fail(FAULT.clockWrong, detail);
      return Math.abs(skewMs) > SKEW.warn ? warn(FAULT.clockWrong, detail) : pass(detail);
    },
  },
];

export function hostIn(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}

async function nameFinding(host: string): Promise<Finding> {
  if (isIP(host) !== 0) return pass('an address', host);
  try {
    const found = await lookup(host, { all: true });
    return pass(found.map(({ address }) => address).join(', '), host);
  } catch (thrown) {
    return fail(FAULT.nameUnknown, messageOf(thrown), host);
  }
}

async function answerFinding(context: GatewayContext, probe: Probe): Promise<Finding> {
  const { answer, tookMs } = probe;
  if (!answer.ok) {
    const portal = await portalAt(context);
    return portal === undefined ? failed(answer.error) : fail(FAULT.captivePortal, portal);
  }
  const { status } = answer.value;
  const portal = portalIn(answer.value, context.gatewayUrl);
  if (portal !== undefined) return fail(FAULT.captivePortal, portal);
  if (status >= 500) return fail(FAULT.gatewayTrouble, `it answers HTTP ${status}`);
  if (!isJson(answer.value)) return fail(FAULT.answerUnreadable, `HTTP ${status} without a JSON object`);
  return pass(`answers HTTP ${status} in ${tookMs} ms`);
}

function isJson({ bytes }: HttpAnswer): boolean {
  return /^\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
}

/** @returns in words why this is a page of the network in between: no gateway sends people elsewhere, or a page to read */
function portalIn({ status, location, contentType }: HttpAnswer, url: string): string | undefined {
  if (status === 511) return 'HTTP 511: the network wants a login';
  if (status >= 300 && status < 400 && location !== undefined) {
    const to = URL.canParse(location, url) ? new URL(location, url).hostname : '';
    return to === new URL(url).hostname ? undefined : `it sends us to ${boundedLine(to)}`;
  }
  return status === 200 && contentType === 'text/html' ? 'it answers with a page for people' : undefined;
}

/** Where TLS is broken or nothing answers: a network with a login lets plain HTTP through to its own page. */
async function portalAt({ machine, plainUrl, gatewayUrl }: GatewayContext): Promise<string | undefined> {
  if (gatewayUrl.startsWith('http:')) return undefined;
  const exchange: HttpTransport = httpTransport(machine.timers);
  const answer = await exchange(
    { method: 'GET', url: plainUrl, headers: {} },
    { timeoutMs: 10_000, limitBytes: ANSWER_LIMIT_BYTES },
  );
  return answer.ok ? portalIn(answer.value, plainUrl) : undefined;
}

/** @param told what the running program says, where the request had no key */
export function keyFinding({ answer, keyed }: Probe, told: GatewayContext['told']): Finding {
  if (!keyed) {
    if (told === undefined)
      return skip('it cannot be read here: ask as root (one that is encrypted only the service reads)');
    if (told.code === 0) return pass('the running program says: good');
    return told.code === FAULT.keyRefused ? failed(told) : skip('the running program cannot say');
  }
  const text = answer.ok ? Buffer.from(answer.value.bytes).toString('utf8') : '';
  const came = answer.ok ? { ok: true as const, value: { status: answer.value.status, text } } : answer;
  const outcome = classified(came, classifyStatus);
  if (outcome.kind !== 'unknown') return pass('accepted');
  const { code } = outcome.fault;
  const isAccounts = code === FAULT.keyRefused || code === FAULT.merchantDeactivated;
  return isAccounts ? failed(outcome.fault) : skip('no answer that says');
}

/** Loopback, private, link-local, shared (RFC 6598), unique local: nobody on the internet reaches it. */
export function isPrivate(address: string): boolean {
  if (address === 'localhost') return true;
  if (isIP(address) === 4) {
    const [a = 0, b = 0] = address.split('.').map(Number);
    return (
      a === 10 ||
      a === 127 ||
      a === 0 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
    );
  }
  return isIP(address) === 6 && /^(::1?$|f[cd]|fe[89ab])/i.test(address);
}
