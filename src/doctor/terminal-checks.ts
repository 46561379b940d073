import { faultIn } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { LastCharge } from '../journal/journal-file.js';
import { SESSION_EXPIRY_S } from '../mqtt/link.js';
import { noticeTopic } from '../mqtt/topics.js';
import { lookAtBroker } from './broker-look.js';
import { type Check, fail, failed, pass, skip, warn } from './check.js';
import { type ExaminedTerminal, reading } from './examined-terminal.js';
import { type ListenPlace, portFinding } from './port-finding.js';

/** What only a terminal has, beside its devices. */
export const TERMINAL_CHECKS: readonly Check<ExaminedTerminal>[] = [
  {
    name: 'gateway.payment-type',
    about: { id: 'QRIS/GoPay aktif', en: 'QRIS/GoPay activated' },
    boundMs: 60_000,
    run: async (context) => {
      const { config, running } = context;
      const { paymentType } = config.gateway;
      const last = running === undefined ? await chargeInJournal(context) : running.lastCharge;
      if (last === undefined) return skip(`only a charge of ${paymentType} tells, and no doctor makes one`);
      const { orderId, code } = last;
      if (code === 0) return pass(`${paymentType}: the last charge, ${orderId}, was taken`);
      if (code === FAULT.paymentTypeOff) return fail(code, `the last charge, ${orderId}, was refused for it`);
      return warn(code, `the last charge, ${orderId}, came to nothing`);
    },
  },
  {
    name: 'broker.link',
    about: { id: 'Broker', en: 'broker' },
    boundMs: 60_000,
    run: async (context) => {
      const { config, running, machine, brokerPassword, aloneMs } = context;
      const { mqtt, terminal } = config;
      if (!mqtt.enabled) return skip('none is configured: sales settle by polling');
      const told = reading(context, 'link');
      if (running !== undefined) {
        if (told === undefined) return skip('the running terminal has not connected yet');
        if (told.code === 0) return pass('the running terminal is linked');
        return running.link?.up === true
          ? warn(told.code, told.detail)
          : failed(faultIn(told.detail, told.code));
      }
      return lookAtBroker({
        machine,
        address: { urls: mqtt.url, ...(mqtt.caFile === undefined ? {} : { tls: { caFile: mqtt.caFile } }) },
        userName: terminal.id,
        password: brokerPassword,
        // As its own link has it: another one would throw away what waits there.
        session: { keep: true, expiryS: SESSION_EXPIRY_S, on311: mqtt.session === 'persistent' },
        topics: [noticeTopic(terminal.merchant, terminal.id)],
        aloneMs,
      });
    },
  },
  {
    name: 'journal.whole',
    about: { id: 'Jurnal', en: 'journal' },
    boundMs: 120_000,
    run: async (context) => {
      const { running, directory } = context;
      if (running !== undefined) {
        const told = reading(context, 'journal');
        if (told === undefined) return skip('the running terminal has not looked yet');
        return told.code === 0 ? pass('the running terminal says: good') : failed(told);
      }
      const { checkStopped } = await import('../journal/journal-file.js');
      const found = checkStopped(directory);
      if (found === undefined) return skip(`there is none yet in ${directory}`);
      return found === '' ? pass('every page of it is sound') : fail(FAULT.journalSetAside, found);
    },
  },
  {
    name: 'host.ports',
    about: { id: 'Port', en: 'ports' },
    boundMs: 60_000,
    run: async ({ config, running }) => {
      if (running !== undefined) return pass('the running terminal has them');
      const places = placesIn(config);
      return places.length === 0 ? pass('none is needed') : Promise.all(places.map(portFinding));
    },
  },
];

async function chargeInJournal({ directory }: ExaminedTerminal): Promise<LastCharge | undefined> {
  const { newestCharge } = await import('../journal/journal-file.js');
  return newestCharge(directory);
}

function placesIn({ page, api, register, vending }: ExaminedTerminal['config']): ListenPlace[] {
  return [
    ...(page.enabled ? [{ what: 'page', host: page.host, port: page.port }] : []),
    ...(api.enabled ? [{ what: 'api', host: api.host, port: api.port }] : []),
    ...(register.enabled && 'callers' in register
      ? [{ what: 'register', host: register.host, port: register.port }]
      : []),
    ...(vending.enabled && 'callers' in vending
      ? [{ what: 'vending', host: vending.host, port: vending.port }]
      : []),
  ];
}
