import type { Result } from '../base/result.js';
import type { Catalogue } from '../core/catalogue/catalogue.js';

/** Where the catalogue comes from. Each mistake is a line for a technician: where it is, what was found, what is allowed. */
export interface CatalogueSource {
  /** Reads the configuration again. Never throws. */
  read(): Result<Catalogue, readonly string[]>;
  /** The one that was read last without a mistake, also before a restart; undefined where it cannot be had. Never throws. */
  last(): Catalogue | undefined;
  /** What is worth knowing of what is read now, and no mistake: pictures that are not there. Absent: nothing. Never throws. */
  notes?(): readonly string[];
  /** Checks a file of products, which is called `named`, and puts it in the place of the one that is read. Never throws. */
  replace(text: string, named: string): Result<Catalogue, readonly string[]>;
}
