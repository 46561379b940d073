import { asObject, type Json } from '../base/json.js';

/** What a box learns when it is enrolled, and what need not stand in its file. */
export interface Brought {
  readonly terminal: string;
  readonly merchant: string;
  readonly relay: string;
  readonly broker?: string | undefined;
  readonly shop?: string | undefined;
}

/** For the file of a box that is not enrolled yet, so that all else in it can be judged and used. */
export const NOT_ENROLLED: Brought = {
  terminal: 'BARU',
  merchant: 'shop',
  relay: 'https://relay.invalid',
  broker: 'mqtts://relay.invalid',
};

/**
 * terminal.toml with what an enrolment brings where the file does not say it: whatever somebody wrote down counts. A file that names
 * another way to the gateway (a key or token of its own, `mode = "direct"`) is left as it is. Pure.
 */
export function withEnrolment(document: Json, brought: Brought): Json {
  const { terminal = {}, gateway = {}, mqtt = {} } = document;
  const [box, way, link] = [asObject(terminal), asObject(gateway), asObject(mqtt)];
  if (box === undefined || way === undefined || link === undefined) return document;
  const { secret = 'enrolled', mode = 'relay' } = way;
  if (secret !== 'enrolled' || mode !== 'relay') return document;
  const { terminal: id, merchant, relay, broker, shop = id } = brought;
  const heard = broker === undefined || link['enabled'] === false ? {} : { url: broker, secret: 'enrolled' };
  return {
    ...document,
    terminal: { id, shop, merchant, ...box },
    gateway: { url: relay, ...way, mode, secret },
    ...(document['mqtt'] === undefined && broker === undefined ? {} : { mqtt: { ...heard, ...link } }),
  };
}
