import { randomUUID } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { nowMs } from './clock.js';
import { MERCHANT } from './shop-files.js';

/** About as long as a notice. */
const FILLER = 'x'.repeat(200);

/** Two bare MQTT.js clients on the terminal's broker: what one message with QoS 1 takes when nobody does anything with it. */
export class BareMqtt {
  readonly #brokerUrl: string;
  readonly #topic = noticeTopic(MERCHANT, 'PROBE');
  readonly #clients: MqttClient[] = [];

  constructor(brokerUrl: string) {
    this.#brokerUrl = brokerUrl;
  }

  async open(): Promise<void> {
    for (const clientId of ['probe-out', 'probe-in'])
      this.#clients.push(
        await connectAsync(this.#brokerUrl, { clientId, username: clientId, protocolVersion: 4 }),
      );
    await this.#clients[1]?.subscribeAsync(this.#topic, { qos: 1 });
  }

  /** From publish to the subscriber's message. */
  async roundTripMs(): Promise<number> {
    const [out, into] = this.#clients;
    if (out === undefined || into === undefined) throw new Error('not connected');
    const id = randomUUID();
    const arrived = new Promise<number>((resolve) => {
      const hear = (_topic: string, payload: Buffer): void => {
        if (!payload.toString().startsWith(id)) return;
        const atMs = nowMs();
        into.off('message', hear);
        resolve(atMs);
      };
      into.on('message', hear);
    });
    const beganMs = nowMs();
    await out.publishAsync(this.#topic, id + FILLER, { qos: 1 });
    return (await arrived) - beganMs;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
  }
}
