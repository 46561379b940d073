import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedDataVersionTag, setFlagsFromString } from 'node:v8';
import type { Script } from 'node:vm';

type Wrapped = (exports: object, require: (id: string) => unknown, chunk: Chunk, directory: string) => void;

interface Chunk {
  exports: object;
}

/** Of a chunk and what was compiled of it, before the latter. */
const DIGEST_BYTES = 32;

/**
 * The program as `npm run build` joins it: chunks in CommonJS, and beside them what V8 made of each, so that it need not be
 * compiled again at every start. What is compiled fits one build of V8 on one kind of processor, and lies in a folder named
 * after both; where there is none for this Node, or it is not whole, the chunk is compiled as ever.
 */
export class CompiledProgram {
  /** Names of chunks whose code lay ready and was not taken. */
  readonly rejected: string[] = [];
  readonly #directory: string;
  readonly #codeDirectory: string;
  readonly #require: NodeJS.Require;
  readonly #chunks = new Map<string, Chunk>();
  readonly #scripts = new Map<string, Script>();

  /** @param directory an absolute path */
  constructor(directory: string) {
    // V8 takes code that was compiled ahead only under the flags that it was compiled under, Node's own modules included:
    // with the limits of the service file's command line each would be compiled again at every start. The heap has taken
    // its limits by now; a worker thread gets its own from whoever starts it (resourceLimits). What is imported above is part
    // of Node's snapshot, or cannot be loaded later; everything else is asked for when it is needed.
    for (const flag of ['--max-semi-space-size=0', '--max-old-space-size=0']) setFlagsFromString(flag);
    this.#directory = directory;
    this.#codeDirectory = join(directory, `code-${process.arch}-${cachedDataVersionTag()}`);
    this.#require = createRequire(join(directory, 'chunk'));
  }

  /** Files for the folder of this V8: of each chunk that was loaded, what is compiled of it by now. */
  get compiled(): ReadonlyMap<string, Buffer> {
    const files = [...this.#scripts].map(([name, script]) => {
      const code = script.createCachedData();
      const source = readFileSync(join(this.#directory, name));
      return [join(this.#codeDirectory, name), Buffer.concat([digest(source, code), code])] as const;
    });
    return new Map(files);
  }

  /** @throws Error when the file is not there or does not run: the installation is broken */
  load(name: string): object {
    const known = this.#chunks.get(name);
    if (known !== undefined) return known.exports;
    const chunk: Chunk = { exports: {} };
    this.#chunks.set(name, chunk);
    const run = this.#script(name).runInThisContext() as Wrapped;
    const require = (id: string) => (id.startsWith('./') ? this.load(id.slice(2)) : this.#require(id));
    run(chunk.exports, require, chunk, this.#directory);
    return chunk.exports;
  }

  #script(name: string): Script {
    const filename = join(this.#directory, name);
    const source = readFileSync(filename);
    const cachedData = this.#codeOf(name, source);
    const { constants, Script } = process.getBuiltinModule('node:vm');
    const script = new Script(source.toString('latin1'), {
      filename,
      ...(cachedData === undefined ? {} : { cachedData }),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (script.cachedDataRejected === true) this.rejected.push(name);
    this.#scripts.set(name, script);
    return script;
  }

  /** V8 itself looks at the length of the source only, and runs a damaged file until it crashes. */
  #codeOf(name: string, source: Buffer): Buffer | undefined {
    const file = join(this.#codeDirectory, name);
    if (!existsSync(file)) return undefined;
    const bytes = readFileSync(file);
    const code = bytes.subarray(DIGEST_BYTES);
    if (digest(source, code).equals(bytes.subarray(0, DIGEST_BYTES))) return code;
    this.rejected.push(name);
    return undefined;
  }
}

function digest(source: Buffer, code: Buffer): Buffer {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(source).update(code).digest();
}
