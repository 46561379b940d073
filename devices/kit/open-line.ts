import type { Line } from './line.js';
import type { LineTap, Tools } from './tools.js';

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
  if ('device' in place) {
    const { SerialLine } = await import('./serial-line.js');
    return tapped(new SerialLine({ path: place.device, baudRate: place.baud, stopBits, timers, log }), tap);
  }
  const { TcpLine } = await import('./tcp-line.js');
  return tapped(new TcpLine({ ...place, timers, log }), tap);
}

function tapped(line: Line, tap: LineTap | undefined): Line {
  if (tap === undefined) return line;
  let open = false;
  return {
    name: line.name,
    peer: line.peer,
    start: (on) =>
      line.start((event) => {
        open = event.kind !== 'gone';
        if (event.kind === 'open') tap.opened();
        if (event.kind === 'bytes') tap.heard(event.bytes);
        on(event);
      }),
    write: (bytes) => {
      // What is handed to a line that is not there never leaves.
      if (open) tap.wrote(bytes);
      return line.write(bytes);
    },
    stop: () => line.stop(),
  };
}
