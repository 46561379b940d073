import { FAULT_NAMES, FAULTS, type FaultName, type Rates, Stream } from './chance.js';

export type WeatherName = 'calm' | 'breezy' | 'storm' | 'hell';

/** How much goes wrong in a seed, and how many sales it has. */
export interface Weather {
  readonly name: WeatherName;
  /** Of a hundred seeds, so many have it. */
  readonly share: number;
  /** Chance of each kind of fault to be there at all. */
  readonly has: number;
  /** The highest rate that a fault may have, as a part of its `most`. */
  readonly height: number;
  /** Rates are drawn as a fraction to this power: 1 spreads them evenly, more keeps most of them low. */
  readonly power: number;
  /** Bills of a seed. Where hardly anything goes wrong a sale costs little, and long books are a test of their own. */
  readonly bills: number;
}

export const WEATHERS: readonly Weather[] = [
  { name: 'calm', share: 30, has: 0.25, height: 0.05, power: 2, bills: 600 },
  { name: 'breezy', share: 25, has: 0.35, height: 0.25, power: 2, bills: 200 },
  { name: 'storm', share: 30, has: 0.5, height: 1, power: 2, bills: 40 },
  { name: 'hell', share: 15, has: 0.9, height: 1, power: 1, bills: 20 },
];

const [CALM] = WEATHERS as readonly [Weather];

/** The weather of a seed. */
export function weatherOf(seed: number): Weather {
  let left = new Stream(seed, 1_001).fraction() * 100;
  for (const weather of WEATHERS) {
    left -= weather.share;
    if (left < 0) return weather;
  }
  return CALM;
}

/** Draws the rate of each fault of a seed. */
export function ratesOf(seed: number): Rates {
  const { has, height, power } = weatherOf(seed);
  const draw = new Stream(seed, 1_002);
  const rates = {} as Record<FaultName, number>;
  for (const name of FAULT_NAMES) {
    const there = draw.fraction() < has;
    const rate = FAULTS[name].most * height * draw.fraction() ** power;
    rates[name] = there ? rate : 0;
  }
  return rates;
}
