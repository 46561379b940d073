import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex } from '../../../src/base/bytes.js';

const path = fileURLToPath(new URL('../fixtures/vending/fafb/frames.txt', import.meta.url));

/** A frame of fixtures/vending/fafb/frames.txt by its name. */
export function recorded(name: string): Uint8Array {
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .find((text) => text.split(/\s+/)[0] === name);
  const bytes = fromHex(line?.slice(name.length) ?? 'none');
  if (bytes === undefined) throw new Error(`no frame ${name}`);
  return bytes;
}

/** A frame put together without the help of the code under test. `content` is packet number and text. */
export function frame(command: number, ...content: readonly number[]): Uint8Array {
  const bytes = [0xfa, 0xfb, command, content.length, ...content];
  return Uint8Array.from([...bytes, bytes.reduce((sum, byte) => sum ^ byte, 0)]);
}

export const press = (packet: number, slot: number): Uint8Array => frame(0x05, packet, slot >> 8, slot & 255);
export const result = (packet: number, status: number, slot: number): Uint8Array =>
  frame(0x04, packet, status, slot >> 8, slot & 255);
export function slotInfo(packet: number, slot: number, price: number, paused = 0): Uint8Array {
  const bytes = [24, 16, 8, 0].map((shift) => (price >> shift) & 255);
  return frame(0x11, packet, slot >> 8, slot & 255, ...bytes, 5, 10, 0, 3, paused);
}
