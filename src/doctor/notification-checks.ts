import { lookup } from 'node:dns/promises';
import { messageOf } from '../base/fault.js';
import { parseObject } from '../base/json.js';
import { FAULT } from '../core/fault/table.js';
import { httpTransport } from '../midtrans/exchange.js';
import { type Check, type Finding, fail, failed, pass, skip } from './check.js';
import { hostIn, isPrivate } from './gateway-checks.js';
import type { Machine } from './machine.js';

/** Where Midtrans is to send notifications. */
export interface NotificationContext {
  readonly machine: Machine;
  readonly notifyUrls: readonly string[];
  /** Whether it is Midtrans itself that calls, from the internet: a sandbox of this machine needs no public address. */
  readonly fromInternet: boolean;
  /** Of the relay that should answer there, as its /healthz names it: more than one where several serve. Undefined for a terminal. */
  readonly instances?: { readonly own: string; readonly alone: boolean };
  /** Of the relay of this machine; undefined where none runs. */
  readonly health?: () => Promise<object | undefined>;
}

const ASK_MS = 15_000;

export const NOTIFICATION_CHECKS: readonly Check<NotificationContext>[] = [
  {
    name: 'notification.address',
    about: { id: 'Alamat notifikasi', en: 'notification address' },
    boundMs: 30_000,
    run: async (context) => {
      const { notifyUrls } = context;
      if (notifyUrls.length === 0) return skip('that of the dashboard, which only the dashboard tells');
      return Promise.all(notifyUrls.map((url) => addressFinding(context, url)));
    },
  },
];

async function addressFinding(context: NotificationContext, url: string): Promise<Finding> {
  const { machine, fromInternet, instances, health } = context;
  const { origin, protocol, port } = new URL(url);
  if (fromInternet) {
    if (protocol !== 'https:' || !/^(80)?$/.test(port))
      return fail(FAULT.notifyUnreachable, 'Midtrans comes by HTTPS to port 443 alone', url);
    const hidden = await hiddenAddress(hostIn(url));
    if (hidden !== undefined) return fail(FAULT.notifyUnreachable, hidden, url);
  }
  const answer = await httpTransport(machine.timers, machine.network)(
    { method: 'GET', url: instances === undefined ? url : `${origin}${pathOf(url)}/healthz`, headers: {} },
    { timeoutMs: ASK_MS, limitBytes: 65_536 },
  );
  if (!answer.ok) {
    const { code, detail } = answer.error;
    return code === FAULT.gatewayCertificate
      ? failed(answer.error, url)
      : fail(
          FAULT.notifyUnreachable,
          (await isIdle(health)) ? `no relay runs on this machine: start it first (${detail})` : detail,
          url,
        );
  }
  const { status, bytes } = answer.value;
  if (instances === undefined)
    return status >= 500
      ? fail(FAULT.notifyUnreachable, `it answers HTTP ${status}`, url)
      : pass(`answers HTTP ${status}`, url);
  const instance = parseObject(Buffer.from(bytes).toString('utf8'))?.['instance'];
  if (typeof instance !== 'string') return fail(FAULT.notifyElsewhere, `HTTP ${status}, and no relay`, url);
  if (instances.alone && instance !== instances.own)
    return fail(
      FAULT.notifyElsewhere,
      `another relay answers there: ${instance}, and not ${instances.own}`,
      url,
    );
  return pass(`relay ${instance} answers`, url);
}

async function isIdle(health: NotificationContext['health']): Promise<boolean> {
  return health !== undefined && (await health()) === undefined;
}

/** Of a base address. */
function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}

async function hiddenAddress(host: string): Promise<string | undefined> {
  try {
    const found = await lookup(host, { all: true });
    const hidden = found.find(({ address }) => isPrivate(address));
    return hidden === undefined
      ? undefined
      : `${host} is ${hidden.address}, which nobody reaches from outside`;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
