import type { Sign } from './block.js';

const STROKES: Readonly<Record<Sign, string>> = {
  check: '<circle cx="50" cy="50" r="45"/><path d="m28 52 15 15 30-33"/>',
  cross: '<circle cx="50" cy="50" r="45"/><path d="m34 34 32 32m0-32L34 66"/>',
  warning: '<path d="M50 8 96 90H4z"/><path d="M50 38v26m0 12v1"/>',
};

/** A sign that is understood without reading, drawn with a stroke of one color into a square of `size` pixels. */
export function signPath(sign: Sign, x: number, y: number, size: number, color: string): string {
  const place = `translate(${x} ${y}) scale(${size / 100})`;
  return `<g transform="${place}" fill="none" stroke="${color}" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">${STROKES[sign]}</g>`;
}
