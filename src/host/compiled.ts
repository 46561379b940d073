import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { constants, Script } from 'node:vm';

type Wrapped = (exports: object, require: (id: string) => unknown, module: Chunk, directory: string) => void;

interface Chunk {
  exports: object;
}

/**
 * The program as `npm run build` joins it: chunks in CommonJS, and beside them what V8 made of each, so that it need not be
 * compiled again at every start. What is compiled fits one build of V8 on one kind of processor only, and lies in a folder
 * named after both; where there is none for this Node, or V8 does not take it, the chunk is compiled as ever.
 */
export class CompiledProgram {
  /** Names of chunks whose code lay ready and was not taken. */
  readonly rejected: string[] = [];
  readonly #directory: string;
  readonly #require: NodeJS.Require;
  readonly #chunks = new Map<string, Chunk>();
  readonly #scripts = new Map<string, Script>();

  /** @param directory an absolute path */
  constructor(directory: string) {
    this.#directory = directory;
    this.#require = createRequire(join(directory, 'chunk'));
  }

  /** Where what was compiled for this V8 lies. Name each flag of V8 before: they are part of it. */
  get codeDirectory(): string {
    return join(this.#directory, `code-${process.arch}-${cachedDataVersionTag()}`);
  }

  /** Of each chunk that was loaded, what V8 has compiled of it by now. */
  get compiled(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#scripts].map(([name, script]) => [name, script.createCachedData()]));
  }

  /** @throws Error when the file is not there or does not run: the installation is broken */
  load(name: string): object {
    const known = this.#chunks.get(name);
    if (known !== undefined) return known.exports;
    const chunk: Chunk = { exports: {} };
    this.#chunks.set(name, chunk);
    const wrapped = this.#script(name).runInThisContext() as Wrapped;
    const require = (id: string) => (id.startsWith('./') ? this.load(id.slice(2)) : this.#require(id));
    wrapped(chunk.exports, require, chunk, this.#directory);
    return chunk.exports;
  }

  #script(name: string): Script {
    const filename = join(this.#directory, name);
    const cachedData = this.#codeOf(name, filename);
    const script = new Script(
      `(function (exports, require, module, __dirname) {${readFileSync(filename, 'latin1')}\n})`,
      {
        filename,
        ...(cachedData === undefined ? {} : { cachedData }),
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      },
    );
    if (script.cachedDataRejected === true) this.rejected.push(name);
    this.#scripts.set(name, script);
    return script;
  }

  /** V8 knows a source by its length alone, so what is older than its chunk is not shown to it: somebody has edited that. */
  #codeOf(name: string, filename: string): Buffer | undefined {
    const file = join(this.codeDirectory, name);
    if (!existsSync(file) || statSync(file).mtimeMs < statSync(filename).mtimeMs) return undefined;
    return readFileSync(file);
  }
}
