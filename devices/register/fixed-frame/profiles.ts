import { FRAME_150_200 } from './frame-150-200.js';
import { FRAME_200_300_A, FRAME_200_300_B } from './frame-200-300.js';
import { FRAME_PIPES } from './frame-pipes.js';
import type { FrameProfile, TypeMeaning } from './profile.js';

/** By their names in the configuration: whose terminal the register is set up for. We are compatible, and no more. */
export const FRAME_PROFILES = {
  bca: FRAME_150_200,
  mandiri: FRAME_PIPES,
  bri: FRAME_200_300_A,
  cimb: FRAME_200_300_B,
} as const satisfies Readonly<Record<string, FrameProfile>>;

export type ProfileName = keyof typeof FRAME_PROFILES;

/**
 * @param types `CODE=MEANING` each, for a register that uses some types otherwise. Where a type is a binary byte, CODE
 * is its two hex digits.
 */
export function profileOf(name: ProfileName, types: readonly string[] = []): FrameProfile {
  const profile: FrameProfile = FRAME_PROFILES[name];
  const changed = { ...profile.types };
  for (const text of types) {
    const code = profile.hexTypes ? text.slice(0, 2).toUpperCase() : text.slice(0, 2);
    const means = text.slice(3) as TypeMeaning | 'none';
    const known = changed[code];
    const called = known?.name ?? 'type of the settings';
    changed[code] =
      means === 'none' ? { name: called } : { name: known?.means === means ? called : means, means };
  }
  return { ...profile, types: changed };
}
