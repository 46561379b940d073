import type { Duplex } from 'node:stream';
import { type IClientOptions, MqttClient, connect as mqttConnect } from 'mqtt';
import { type MqttConnection, NOTHING_KEPT, webSocketFor } from './client.js';

/**
 * A client whose messages of QoS 1 stay open until `acknowledge` is called, as many at a time as the broker sends: MQTT.js by itself
 * takes the next one when the one before it is acknowledged, answers of the broker as well. Here it takes them for messages
 * that want no PUBACK.
 * @param attach the stream to a broker of this process; without it the address in the options is dialled
 */
export function makeLateClient(options: IClientOptions, attach?: () => Duplex): MqttConnection {
  const createWebsocket = webSocketFor(() => client);
  const whole = { ...options, writeCache: false, outgoingStore: NOTHING_KEPT, createWebsocket };
  const client: MqttClient = attach === undefined ? mqttConnect(whole) : new MqttClient(attach, whole);
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'publish' && packet.qos === 1) packet.qos = 0;
  });
  const acknowledge = (messageId: number): void => {
    client['_sendPacket']({ cmd: 'puback', messageId, reasonCode: 0 });
  };
  return Object.assign(client, { acknowledge });
}
