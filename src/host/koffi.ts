import { createRequire } from 'node:module';

/**
 * The library that calls the C library. Its own entry finds out about processor, C library and folders by reading Node's
 * program, which takes a start 5 ms; on most machines the answer is this one file.
 * @throws Error where there is no koffi for this machine
 */
export function loadKoffi(): typeof import('koffi') {
  const load = createRequire(import.meta.url);
  const { arch } = process;
  try {
    return load(`@koromix/koffi-linux-${arch}/linux_${arch}/koffi.node`);
  } catch {
    // Another C library or kind of processor, or compiled here: it knows better, and throws what there is to say.
    return load('koffi');
  }
}
