import { FRAME_150_200 } from './frame-150-200.js';
import { FRAME_200_300_A, FRAME_200_300_B } from './frame-200-300.js';
import { FRAME_PIPES } from './frame-pipes.js';
import { type FrameProfile, type TypeMeaning, withTypes } from './profile.js';

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
  const profile = FRAME_PROFILES[name];
  const changes = types.map((text) => {
    const code = text.slice(0, 2);
    return [profile.hexTypes ? code.toUpperCase() : code, text.slice(3)];
  });
  return withTypes(profile, Object.fromEntries(changes) as Record<string, TypeMeaning | 'none'>);
}
