import { Sounds } from '../../kit/sound/sounds.js';
import { type RegisterLine, type RegisterPeer, registerStory } from './register-peer.js';
import { type Shop, type ShopOptions, story } from './shop.js';

export const TABLE = `
[speaker]
device = "plughw:CARD=Device"
volume = 100
chime = false
`;

/** A shop with a speaker, by programs that stand for aplay and espeak-ng. */
export function speakerStory(
  options: ShopOptions,
  tell: (shop: Shop, sounds: Sounds) => Promise<void>,
): Promise<void> {
  return withSounds((sounds) => story({ ...options, toml: TABLE }, (shop) => tell(shop, sounds)));
}

export function registerSpeakerStory(
  tell: (shop: Shop, sounds: Sounds, register: RegisterPeer, line: RegisterLine) => Promise<void>,
): Promise<void> {
  return withSounds((sounds) =>
    registerStory({ toml: TABLE }, (shop, register, line) => tell(shop, sounds, register, line)),
  );
}

/** The terminal finds its programs by the PATH of this process. */
export async function withSounds(run: (sounds: Sounds) => Promise<void>): Promise<void> {
  const sounds = new Sounds();
  const before = process.env['PATH'];
  process.env['PATH'] = `${sounds.folder}:${before ?? ''}`;
  try {
    await run(sounds);
  } finally {
    process.env['PATH'] = before;
    sounds.remove();
  }
}

/** What a payment sounds like. */
export function paid(amount: string): string {
  return `pembayaran diterima, ${amount} rupiah`;
}

/** Waits until so many announcements were heard. Nothing that was due before them can be heard later. */
export async function hears(shop: Shop, sounds: Sounds, ...texts: readonly string[]): Promise<void> {
  await shop.until(
    `${texts.length} announcements`,
    () => sounds.files().length > 0 && sounds.texts().length >= texts.length,
  );
  const heard = sounds.texts();
  if (heard.join('\n') !== texts.join('\n')) throw new Error(`heard ${JSON.stringify(heard)}`);
}
