import { expect, it } from 'vitest';
import { longRuns, shortRuns } from '../../src/journal/runs.js';

it('writes a frame with its runs counted, and reads it back as it was', () => {
  const frame = `0201${'20'.repeat(44)}3${'30'.repeat(9)}0${'4e'.repeat(3)}03`;
  expect(shortRuns(frame).length).toBeLessThan(50);
  expect(longRuns(shortRuns(frame))).toBe(frame);
  for (let n = 0; n < 500; n += 1) {
    const hex = Array.from({ length: 40 }, (_, i) => ((n * 7 + ((i * n) % 5)) % 16).toString(16)).join('');
    expect(longRuns(shortRuns(hex))).toBe(hex);
  }
});

it('leaves what is no frame as it is', () => {
  for (const text of ['', 'aa', 'INV-20202020202020202020', 'vtk-1796043104-1500300-7', '=']) {
    expect(shortRuns(text)).toBe(text);
    expect(longRuns(text)).toBe(text);
  }
});
