/** A bug of ours. Nothing may catch it but the outermost frame, which ends the process (STYLE: kind `Misuse`). */
export class Misuse extends Error {
  override name = 'Misuse';
}

/** States what must be true here. Stays on in production: a wrong terminal stops rather than guesses. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Misuse(message);
}

/** For the last branch of a switch over a union: the compiler proves it cannot be reached. */
export function unreachable(value: never): never {
  throw new Misuse(`unreachable: ${JSON.stringify(value)}`);
}
