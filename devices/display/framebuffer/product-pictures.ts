import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, messageOf, refused } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { MOST_PRODUCTS } from '../../../src/core/catalogue/product.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { loadSharp } from '../../kit/load-sharp.js';

/** A picture in a drawing: `mark` stands in its place until the picture is there. Whole pixels. */
export interface WantedPicture {
  readonly mark: string;
  /** As the folder of pictures has it. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** What is said where it cannot be had; FAULT.productPicture when absent. */
  readonly fault?: number;
}

/** Of what is kept ready, as text: some hundred tiles of a large screen, more of a small one. */
export const MOST_KEPT = 2_000_000;
/** A drawing with a picture that cannot be had shows what is behind it. */
const NOTHING = 'data:,';

/** Pictures of products, each made as large as its tile once, and kept while there is room: the one that was longest not shown goes. */
export class ProductPictures {
  readonly #folder: string;
  readonly #failed: (fault: Fault) => void;
  /** By mark, the newest last. */
  readonly #kept = new Map<string, string>();
  /** Whose failure has been told: a face is drawn at each touch. */
  readonly #told = new Set<string>();
  #size = 0;

  constructor(folder: string, failed: (fault: Fault) => void) {
    this.#folder = folder;
    this.#failed = failed;
  }

  /** Puts each into the drawing; one after the other, so that one alone is unpacked at a time. */
  async into(svg: string, wanted: readonly WantedPicture[]): Promise<string> {
    let drawing = svg;
    for (const picture of wanted) {
      const made = await this.#made(picture);
      if (!made.ok) this.#tell(picture.name, made.error);
      drawing = drawing.replace(picture.mark, made.ok ? made.value : NOTHING);
    }
    return drawing;
  }

  /** Characters that are kept. */
  get size(): number {
    return this.#size;
  }

  async #made(picture: WantedPicture): Promise<Result<string, Fault>> {
    const kept = this.#kept.get(picture.mark);
    if (kept === undefined) {
      const made = await this.#make(picture);
      if (made.ok) this.#keep(picture.mark, made.value);
      return made;
    }
    this.#kept.delete(picture.mark);
    this.#kept.set(picture.mark, kept);
    return ok(kept);
  }

  async #make({
    name,
    width,
    height,
    fault = FAULT.productPicture,
  }: WantedPicture): Promise<Result<string, Fault>> {
    try {
      const file = await readFile(join(this.#folder, name));
      const small = await loadSharp()(file)
        .resize(width, height, { fit: 'cover' })
        .jpeg({ quality: 85 })
        .toBuffer();
      return ok(`data:image/jpeg;base64,${small.toString('base64')}`);
    } catch (thrown) {
      return err(refused(fault, messageOf(thrown)));
    }
  }

  #tell(name: string, fault: Fault): void {
    if (this.#told.has(name)) return;
    if (this.#told.size >= MOST_PRODUCTS) this.#told.clear();
    this.#told.add(name);
    this.#failed(fault);
  }

  #keep(mark: string, data: string): void {
    this.#kept.set(mark, data);
    this.#size += data.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#size <= MOST_KEPT) return;
      this.#kept.delete(oldest);
      this.#size -= length;
    }
  }
}
