import type { Line } from './line.js';
import type { Tools } from './tools.js';

/** A cable, or a port that the other side dials. */
export type LinePlace =
  | { readonly device: string; readonly baud: number }
  | { readonly host: string; readonly port: number; readonly callers: readonly string[] };

/** Loads what the line needs, and no more: where nothing is serial, the serial port's native module stays away. */
export async function openLine(
  place: LinePlace,
  { timers, log, tap }: Pick<Tools, 'timers' | 'log' | 'tap'>,
  stopBits: 1 | 2 = 1,
): Promise<Line> {
  const [line, { tapped }] = await Promise.all([
    lineAt(place, { timers, log }, stopBits),
    import('./tapped-line.js'),
  ]);
  return tapped(line, tap);
}

async function lineAt(
  place: LinePlace,
  { timers, log }: Pick<Tools, 'timers' | 'log'>,
  stopBits: 1 | 2,
): Promise<Line> {
  if ('device' in place) {
    const { SerialLine } = await import('./serial-line.js');
    return new SerialLine({ path: place.device, baudRate: place.baud, stopBits, timers, log });
  }
  const { TcpLine } = await import('./tcp-line.js');
  const { host, port, callers } = place;
  return new TcpLine({ host, port, callers, timers, log });
}
