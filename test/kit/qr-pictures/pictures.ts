import { drawPicture, type Look } from './draw.js';
import { qris } from './payload.js';

/** One picture of the set. */
export interface QrPicture {
  readonly name: string;
  readonly payload: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

interface Recipe extends Look {
  readonly name: string;
  readonly payload: string;
}

const UUID = 'c032f87c-f773-4619-aefa-675e1f06f921';
const SEED = 20261122;

/**
 * Pictures as gateways, wallets and printers' own posters have them: versions 2 to 15, error correction L to H, 150
 * to 1200 pixels, three ways of resizing, JPEG, logos, alpha, colours, frames, no quiet zone, blur, noise, round
 * dots, seams and rotation.
 * @param most draw only the first so many.
 */
export async function qrPictures(most = Number.POSITIVE_INFINITY): Promise<QrPicture[]> {
  const pictures: QrPicture[] = [];
  for (const [index, recipe] of recipes().entries()) {
    if (index >= most) break;
    const { name, payload, format } = recipe;
    const bytes = await drawPicture(payload, recipe, SEED + index);
    pictures.push({ name, payload, contentType: `image/${format ?? 'png'}`, bytes });
  }
  return pictures;
}

function recipes(): Recipe[] {
  const shop = qris(15_000, 'Warung Bu Siti', 'BANDUNG', UUID);
  const small = qris(1, 'A', 'B', '1');
  const large = qris(10_000_000, 'Toko Serba Ada Sejahtera', 'JAKARTA SELATAN', `${UUID}-${UUID}`);
  return [...sizes(shop), ...versions(shop, small, large), ...hardships(shop), ...styles(shop)];
}

function sizes(shop: string): Recipe[] {
  const plain = (name: string, px: number, kernel: Look['kernel']): Recipe => ({
    name: `${name} ${px} px`,
    payload: shop,
    ecc: 'medium',
    px,
    kernel,
  });
  return [
    plain('lanczos', 150, 'lanczos3'),
    plain('cubic', 200, 'cubic'),
    plain('lanczos', 250, 'lanczos3'),
    plain('nearest', 300, 'nearest'),
    plain('cubic', 400, 'cubic'),
    plain('nearest', 500, 'nearest'),
    plain('lanczos', 640, 'lanczos3'),
    plain('cubic', 800, 'cubic'),
    plain('nearest', 1200, 'nearest'),
  ];
}

function versions(shop: string, small: string, large: string): Recipe[] {
  const of = (version: number, ecc: Look['ecc'], payload: string, px = 600): Recipe => ({
    name: `v${version} ${ecc}`,
    payload,
    version,
    ecc,
    px,
    kernel: 'cubic',
  });
  return [
    of(2, 'low', 'GOPAY-POS TEST 15000', 150),
    of(3, 'high', 'GOPAY-POS 15000', 300),
    of(5, 'quartile', '00020101021226GOPAY-POS-TEST-0001', 330),
    of(8, 'low', shop.slice(0, 180)),
    of(9, 'low', small, 250),
    of(10, 'low', shop),
    of(11, 'low', shop),
    of(12, 'medium', shop),
    of(12, 'quartile', small),
    of(13, 'medium', large),
    of(14, 'quartile', shop, 900),
    of(15, 'high', small, 1000),
    of(15, 'low', large, 450),
  ];
}

function hardships(shop: string): Recipe[] {
  const of = (name: string, look: Partial<Look>): Recipe => ({
    name,
    payload: shop,
    ecc: 'medium',
    px: 500,
    kernel: 'cubic',
    ...look,
  });
  return [
    of('jpeg 40', { format: 'jpeg', quality: 40 }),
    of('jpeg 60 small', { format: 'jpeg', quality: 60, px: 300 }),
    of('jpeg 85', { format: 'jpeg', quality: 85 }),
    of('blur 1.5', { blur: 1.5 }),
    of('blur 3 large', { blur: 3, px: 800 }),
    of('noise 60', { noise: 60 }),
    of('noise on GoPay blue', { noise: 60, dark: [0, 174, 214], ecc: 'quartile', px: 700 }),
    of('seams between modules', { seams: 1, px: 700 }),
    of('seams between tiles of seven', { seams: 7, px: 640 }),
    of('rotated by 90 degrees', { rotate: 90 }),
    of('rotated by 3 degrees', { rotate: 3, px: 600 }),
    of('jpeg 50, blurred and rotated by 3 degrees', {
      rotate: 3,
      blur: 1,
      format: 'jpeg',
      quality: 50,
      px: 700,
    }),
    of('no quiet zone, 250 px', { quiet: 0, px: 250 }),
    of('no quiet zone, alpha', { quiet: 0, alpha: true, px: 400 }),
  ];
}

function styles(shop: string): Recipe[] {
  const of = (name: string, look: Partial<Look>): Recipe => ({
    name,
    payload: shop,
    ecc: 'high',
    px: 600,
    kernel: 'lanczos3',
    ...look,
  });
  return [
    of('logo of a fifth', { logo: 0.2 }),
    of('logo of a quarter in a jpeg', { logo: 0.25, format: 'jpeg', quality: 70 }),
    of('alpha', { alpha: true, ecc: 'medium' }),
    of('GoPay blue', { dark: [0, 174, 214], ecc: 'medium' }),
    of('GoPay blue, small', { dark: [0, 174, 214], ecc: 'medium', px: 250 }),
    of('green on cream', { dark: [0, 128, 60], light: [255, 248, 220], ecc: 'medium' }),
    of('red on yellow webp', { dark: [180, 0, 0], light: [255, 230, 120], ecc: 'medium', format: 'webp' }),
    of('gif', { ecc: 'medium', format: 'gif', kernel: 'nearest' }),
    of('round dots', { dots: 'round', ecc: 'quartile' }),
    of('round dots, logo', { dots: 'round', logo: 0.18 }),
    of('frame and text', { frame: true, ecc: 'medium' }),
    of('frame, logo, jpeg', { frame: true, logo: 0.2, format: 'jpeg', quality: 75, px: 500 }),
  ];
}
