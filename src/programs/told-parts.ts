import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/fault.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { writeWhole } from '../host/whole-file.js';
import type { Discovery } from '../mqtt/link.js';
import { discoveryTopic } from '../mqtt/topics.js';
import type { Link } from '../port/link.js';
import type { Log } from '../port/log.js';
import type { WebhookReceiver } from '../port/webhook.js';
import type { Environment } from './environment.js';

/** Loaded only where Prometheus asks. */
export async function metricsOf(
  { metrics, terminal: { merchant } }: TerminalConfig,
  { clock, log }: Environment,
) {
  if (!metrics.enabled) return undefined;
  const { MetricsDoor } = await import('./terminal-metrics.js');
  return new MetricsDoor({ port: metrics.port, merchant, clock, log });
}

/** Loaded only where events go out. */
export async function eventsOf(
  { fleet: { events } }: TerminalConfig,
  link: Link | undefined,
): Promise<readonly WebhookReceiver[]> {
  if (link === undefined || events.length === 0) return [];
  const { EventReceiver } = await import('../mqtt/event-receiver.js');
  return [new EventReceiver(link, events)];
}

/** In the directory of the journal, as long as Home Assistant may know of this terminal: on which topic it was told. */
const TOLD_FILE = 'home-assistant';

/**
 * What Home Assistant is told, or taken back where it was told before: whose broker never let it do that would lose the connection for it.
 * Loaded only where it is told.
 */
export async function discoveryFor(
  { fleet, mqtt, terminal: { merchant, id, shop, language }, journal }: TerminalConfig,
  version: string,
  log: Log,
): Promise<Discovery | undefined> {
  if (!mqtt.enabled) return undefined;
  const file = join(journal.directory, TOLD_FILE);
  const topic = discoveryTopic(merchant, id);
  if (!fleet.homeAssistant) {
    const wasTold = existsSync(file) && readFileSync(file, 'utf8') === topic;
    return wasTold ? { payload: '', taken: () => forgotten(file, log) } : undefined;
  }
  const trouble = writeWhole(file, topic);
  if (trouble !== undefined) {
    log.warn(`nothing to Home Assistant: ${trouble}`);
    return undefined;
  }
  const { discoveryOf } = await import('../mqtt/home-assistant.js');
  const box = { merchant, terminal: id, shop, version, heartbeatS: mqtt.heartbeatSeconds };
  return { payload: discoveryOf({ ...box, language: language === 'id' ? 'id' : 'en' }) };
}

/** What stays is taken back once more with the next start. */
function forgotten(file: string, log: Log): void {
  try {
    rmSync(file, { force: true });
  } catch (thrown) {
    log.warn(`Home Assistant has forgotten this terminal, and ${file} stays: ${messageOf(thrown)}`);
  }
}
