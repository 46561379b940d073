import { join, RATE, silence } from './wave.js';

/** A major third down, as of a door bell: E5 and C5, in hertz. */
const TONES = [659.26, 523.25] as const;
const TONE_MS = 220;
const GAP_MS = 120;
/** Each tone falls to a third of its strength in this time. */
const DECAY_MS = 90;
/** Without this slope at its beginning a tone begins with a click. */
const RISE_MS = 4;
/** Of full scale: a bell must not be louder than the speech that it calls attention to. */
const STRENGTH = 0.6;

/** Two tones that call attention, and a pause. */
export function chime(): Int16Array {
  return join([...TONES.map(tone), silence(GAP_MS)]);
}

function tone(hertz: number): Int16Array {
  return silence(TONE_MS).map((_, at) => {
    const ms = (at * 1000) / RATE;
    const strength = STRENGTH * Math.min(1, ms / RISE_MS) * Math.exp(-ms / DECAY_MS);
    return Math.round(32_767 * strength * Math.sin((2 * Math.PI * hertz * at) / RATE));
  });
}
