import { Readable } from 'node:stream';
import {
  type IClientOptions,
  type IConnackPacket,
  type IPublishPacket,
  type IStore,
  type MqttClient,
  connect as mqttConnect,
  type Packet,
} from 'mqtt';
import { WebSocket } from 'ws';

/** Everything that a connection uses of MQTT.js' client, and so what a simulation has to stand in for. */
export interface MqttConnection {
  /** Set by the connection. The broker gets its PUBACK when `done` is called; one message at a time. */
  handleMessage: (packet: IPublishPacket, done: (error?: Error) => void) => void;
  /** There from {@link connect} on. */
  readonly stream: ClientStream;
  connect(): unknown;
  /** `force`: at once and without DISCONNECT. */
  end(force: boolean): unknown;
  subscribe(
    topic: string,
    options: { readonly qos: 1 },
    done: (error: Error | null, granted?: readonly { readonly qos: number }[]) => void,
  ): unknown;
  publish(
    topic: string,
    payload: string,
    options: { readonly qos: 1; readonly retain: boolean },
    done: (error?: Error) => void,
  ): unknown;
  /** PINGREQ, beside those of the keepalive. */
  sendPing(): unknown;
  /** PUBACK, where `done` sends none (see late-ack.ts). */
  acknowledge?(messageId: number): void;
  on(event: 'connect', listener: (packet: IConnackPacket) => void): unknown;
  on(event: 'packetsend' | 'packetreceive', listener: (packet: Packet) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** A stream of Node. */
export interface ClientStream {
  once(event: string, listener: () => void): unknown;
  destroy(): unknown;
}

/** Makes a client that has not dialled yet. */
export type MakeClient = (options: IClientOptions) => MqttConnection;

/** A dead client is thrown away whole, so it needs no copy of what it would send again. */
export const NOTHING_KEPT: IStore = {
  put(_packet, done) {
    done();
    return this;
  },
  del(_packet, done) {
    done();
    return this;
  },
  get(_packet, done) {
    done();
    return this;
  },
  createStream: () => Readable.from([]) as ReturnType<IStore['createStream']>,
  close: (done) => done(),
};

/**
 * MQTT.js tells nobody when a WebSocket stands, as it does for other lines, and keeps an error without a code to itself.
 * @param client that it is for, asked once it is there
 */
export function webSocketFor(client: () => MqttClient): NonNullable<IClientOptions['createWebsocket']> {
  return (url, protocols, { wsOptions }) => {
    const socket = new WebSocket(url, protocols, wsOptions as ConstructorParameters<typeof WebSocket>[2]);
    socket.once('open', () => client().stream.emit('connect'));
    socket.once('error', (error: Error & { code?: string }) => {
      error.code ??= 'EWEBSOCKET';
    });
    return socket;
  };
}

/**
 * Without its cache of every number of two bytes: 65 536 buffers, eight megabytes for good. What is sent in one turn of the loop
 * leaves in one write: a write to a socket costs more than all else of a publish.
 */
export function makeClient(options: IClientOptions): MqttConnection {
  const client: MqttClient = mqttConnect({
    ...options,
    writeCache: false,
    outgoingStore: NOTHING_KEPT,
    createWebsocket: webSocketFor(() => client),
  });
  let gathering: typeof client.stream | undefined;
  client.on('packetsend', () => {
    const { stream } = client;
    if (gathering === stream) return;
    gathering = stream;
    stream.cork();
    setImmediate(() => {
      gathering = undefined;
      stream.uncork();
    });
  });
  return client;
}
