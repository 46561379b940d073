import type { ChildProcess } from 'node:child_process';

/** Kills `child` when this process ends, also when a test failed before it got to its own cleaning up. */
export function reap(child: ChildProcess): void {
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
}
