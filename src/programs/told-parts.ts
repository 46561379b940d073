import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Link } from '../port/link.js';
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
