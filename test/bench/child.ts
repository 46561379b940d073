import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { messageOf } from '../../src/base/fault.js';

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

type Method = (...args: never[]) => unknown;
type Calls<T> = { [K in keyof T as T[K] extends Method ? K : never]: T[K] };

export interface ChildOptions {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Another process of the bench, whose methods can be called: whatever must not share a processor turn with ours. */
export class Child<T extends object> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #calls = 0;

  /** @param program a module that calls {@link serveParent} */
  constructor(program: string, { flags = [], environment = {} }: ChildOptions = {}) {
    this.#process = fork(new URL(program, import.meta.url), [], {
      execArgv: [...flags],
      env: { ...process.env, ...environment },
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.#process.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(`${program}: ${answer.error}`));
      else waiting?.resolve(answer.value);
    });
    this.#process.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${program} ended with ${code ?? signal}`));
    });
  }

  call<K extends keyof Calls<T> & string>(
    name: K,
    ...args: Parameters<Extract<Calls<T>[K], Method>>
  ): Promise<Awaited<ReturnType<Extract<Calls<T>[K], Method>>>> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#process.send({ id, name, args } satisfies Call, (error) => {
        if (error) reject(error);
      });
    });
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

/** The other side of {@link Child}: answers calls of `methods` until the parent goes away. */
export function serveParent(methods: object): void {
  process.on('message', (call: Call) => {
    const method = (methods as Record<string, Method | undefined>)[call.name];
    Promise.resolve()
      .then(() => method?.apply(methods, call.args as never[]))
      .then(
        (value): Answer => ({ id: call.id, value }),
        (error: unknown): Answer => ({ id: call.id, error: messageOf(error) }),
      )
      .then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => process.exit(0));
}
