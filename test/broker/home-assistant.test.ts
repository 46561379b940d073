import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/base/json.js';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import { discoveryOf, templateOf } from '../../src/mqtt/home-assistant.js';
import { AwaitedLog } from './kit/collect.js';
import { askDiscovery } from './kit/discovery-suite.js';
import { identify, MERCHANT } from './kit/people.js';
import { realTime } from './kit/time.js';

const BOX = { merchant: MERCHANT, terminal: 'T1', shop: 'Warung Bu Sri', version: '1.2.3', heartbeatS: 60 };
const SCHEMA = new URL('../../systemd/monitoring/state.schema.json', import.meta.url);

interface Component extends Json {
  readonly platform: string;
  readonly name: string;
  readonly unique_id: string;
  readonly value_template: string;
}
interface Discovered {
  readonly state_topic: string;
  readonly availability: readonly Json[];
  readonly device: Json;
  readonly origin: Json;
  readonly components: Readonly<Record<string, Component>>;
}
const discovered = (language: 'en' | 'id') => JSON.parse(discoveryOf({ ...BOX, language })) as Discovered;

interface Field {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Field>>;
}
const state = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Field;
/** Every path of the schema that has a name of its own, by the template that reads it. */
const FIELDS = new Map(
  (function paths(field: Field, above: readonly string[]): [string, Field][] {
    return Object.entries(field.properties ?? {}).flatMap(([name, inner]): [string, Field][] => {
      const path = [...above, name];
      return [[templateOf(path.join('.')), inner], ...paths(inner, path)];
    });
  })(state, []),
);

/** What Home Assistant takes of a value of this kind (its documentation of MQTT sensors and of device classes). */
function fits({ type, format, enum: options }: Field, of: Component): boolean {
  const numeric = 'state_class' in of || of['device_class'] === 'monetary';
  if (of.platform === 'binary_sensor')
    return type === 'boolean' && of['payload_on'] === 'True' && of['payload_off'] === 'False';
  if (options !== undefined) return JSON.stringify(of['options']) === JSON.stringify(options);
  if (format === 'date-time') return of['device_class'] === 'timestamp' && !numeric;
  if (type === 'integer' || type === 'number') return numeric || of['device_class'] === undefined;
  return type === 'string' && of['device_class'] === undefined && !numeric;
}

describe.each(['en', 'id'] as const)('what Home Assistant is told to show, in %s', (language) => {
  const { components, device, origin, availability, state_topic } = discovered(language);

  it('is a device with its origin, whose parts are of the state, as its schema has them', () => {
    expect(device).toMatchObject({ identifiers: ['gopay-pos-warung-1-T1'], name: 'Warung Bu Sri T1' });
    expect([device['sw_version'], origin['name'], origin['sw_version']]).toEqual([
      '1.2.3',
      'gopay-pos',
      '1.2.3',
    ]);
    expect(state_topic).toBe('gopay-pos/v1/warung-1/T1/state');
    expect(availability).toEqual([
      { topic: 'gopay-pos/v1/warung-1/T1/presence', value_template: '{{ value_json.presence }}' },
    ]);
    const { presence, ...ofState } = components;
    expect(presence).toMatchObject({ payload_on: 'online', payload_off: 'offline' });
    for (const [key, component] of Object.entries(ofState)) {
      const field = FIELDS.get(component.value_template);
      expect(field, `${key}: ${component.value_template}`).toBeDefined();
      expect(fits(field ?? {}, component), JSON.stringify(component)).toBe(true);
    }
  });

  it('has an id and a name of its own for each part, and fits into what a broker takes', () => {
    const parts = Object.values(components);
    expect(new Set(parts.map(({ unique_id }) => unique_id)).size).toBe(parts.length);
    expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length);
    expect(Buffer.byteLength(discoveryOf({ ...BOX, shop: 'x'.repeat(64), language }))).toBeLessThan(16_384);
  });

  it('keeps what is owed of a terminal that is away, and lets the rest end with its heartbeats', () => {
    const { owed_sum, lastSaleAt, ready } = components;
    for (const kept of [owed_sum, lastSaleAt]) {
      expect(kept).not.toHaveProperty('expire_after');
      expect(kept?.['availability']).toMatchObject([{ value_template: "{{ 'online' }}" }]);
    }
    expect(ready).toMatchObject({ expire_after: 180 });
    expect(ready).not.toHaveProperty('availability');
    expect(owed_sum).toMatchObject({ device_class: 'monetary', unit_of_measurement: 'IDR' });
    expect(owed_sum).not.toHaveProperty('state_class');
  });
});

it('a path becomes a template that stands what is not there, at any level', () => {
  expect(templateOf('lastSaleAt')).toBe('{{ value_json.lastSaleAt | default(none) }}');
  expect(templateOf('today.paid.sum')).toBe(
    '{{ ((value_json.today | default({})).paid | default({})).sum | default(none) }}',
  );
});

describe('at the embedded broker', () => {
  let broker: EmbeddedBroker;
  const at = { url: '', port: 0 };
  const open = async (): Promise<void> => {
    broker = new EmbeddedBroker({
      ...{ authenticate: identify, persistence: 'memory', log: new AwaitedLog() },
      ...realTime(),
    });
    at.url = await broker.listen(0, '127.0.0.1');
    at.port = Number(new URL(at.url).port);
  };
  beforeAll(open);
  afterAll(() => broker.close());
  askDiscovery('the embedded broker', () => at);
});
