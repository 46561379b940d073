/** A point of a contour in font units, y upwards. */
interface Point {
  readonly x: number;
  readonly y: number;
  readonly on: boolean;
}

export type Contour = readonly Point[];

/** Where the glyphs of a font lie in its file. */
export interface Outlines {
  readonly glyf: DataView;
  /** Offsets of two bytes, which count in pairs of bytes. */
  readonly loca: DataView;
}

const ON_CURVE = 1;
const X_SHORT = 2;
const Y_SHORT = 4;
const REPEAT = 8;
const X_SAME_OR_POSITIVE = 16;
const Y_SAME_OR_POSITIVE = 32;

const ARGS_ARE_WORDS = 1;
const ARGS_ARE_XY = 2;
const MORE_COMPONENTS = 32;
/** By one factor, by two, or by a matrix. */
const SCALED = 8 | 64 | 128;

/** The contours of glyph `id`, by the OpenType specification's table `glyf`; none for a blank. */
export function contoursOf(font: Outlines, id: number): Contour[] {
  const { glyf, loca } = font;
  const at = (index: number): number => loca.getUint16(index * 2) * 2;
  const start = at(id);
  if (start === at(id + 1)) return [];
  const count = glyf.getInt16(start);
  return count >= 0 ? simple(glyf, start + 10, count) : composite(font, start + 10);
}

function simple(glyf: DataView, start: number, count: number): Contour[] {
  const ends = Array.from({ length: count }, (_, i) => glyf.getUint16(start + 2 * i));
  const points = (ends.at(-1) ?? -1) + 1;
  let at = start + 2 * count;
  at += 2 + glyf.getUint16(at);
  const flags: number[] = [];
  while (flags.length < points) {
    const flag = glyf.getUint8(at);
    at += 1;
    flags.push(flag);
    if ((flag & REPEAT) === 0) continue;
    for (let again = glyf.getUint8(at); again > 0; again -= 1) flags.push(flag);
    at += 1;
  }
  const axis = (short: number, same: number): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if ((flag & short) !== 0) {
        value += (flag & same) !== 0 ? glyf.getUint8(at) : -glyf.getUint8(at);
        at += 1;
      } else if ((flag & same) === 0) {
        value += glyf.getInt16(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = axis(X_SHORT, X_SAME_OR_POSITIVE);
  const ys = axis(Y_SHORT, Y_SAME_OR_POSITIVE);
  const all = flags.map((flag, i) => ({ x: xs[i] ?? 0, y: ys[i] ?? 0, on: (flag & ON_CURVE) !== 0 }));
  return ends.map((end, i) => all.slice(i === 0 ? 0 : (ends[i - 1] ?? -1) + 1, end + 1));
}

/** Letters with accents: other glyphs, each moved. None is scaled in the fonts that we depend on. */
function composite(font: Outlines, start: number): Contour[] {
  const { glyf } = font;
  const contours: Contour[] = [];
  let at = start;
  for (let flags = MORE_COMPONENTS; (flags & MORE_COMPONENTS) !== 0; ) {
    flags = glyf.getUint16(at);
    if ((flags & SCALED) !== 0 || (flags & ARGS_ARE_XY) === 0) throw new Error('a glyph of scaled parts');
    const words = (flags & ARGS_ARE_WORDS) !== 0;
    const dx = words ? glyf.getInt16(at + 4) : glyf.getInt8(at + 4);
    const dy = words ? glyf.getInt16(at + 6) : glyf.getInt8(at + 5);
    for (const contour of contoursOf(font, glyf.getUint16(at + 2)))
      contours.push(contour.map(({ x, y, on }) => ({ x: x + dx, y: y + dy, on })));
    at += words ? 8 : 6;
  }
  return contours;
}

/** Path data for SVG: quadratic curves; between two control points in a row lies a point that the file leaves out. */
export function pathOf(contour: Contour, place: (x: number, y: number) => string): string {
  const first = contour.findIndex(({ on }) => on);
  const head = contour[Math.max(first, 0)];
  if (head === undefined) return '';
  const tail = contour.at(-1) ?? head;
  const start = first >= 0 ? head : middle(tail, head);
  // From the starting point all the way round, and back to it.
  const turn = first >= 0 ? [...contour.slice(first + 1), ...contour.slice(0, first)] : contour;
  let path = `M${place(start.x, start.y)}`;
  let control: Point | undefined;
  for (const point of [...turn, start]) {
    const on = point.on || point === start;
    if (control === undefined) {
      if (on) path += `L${place(point.x, point.y)}`;
      else control = point;
      continue;
    }
    const end = on ? point : middle(control, point);
    path += `Q${place(control.x, control.y)} ${place(end.x, end.y)}`;
    control = on ? undefined : point;
  }
  return `${path}Z`;
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, on: true };
}
