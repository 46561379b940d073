import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of all threads of a process until now, user and system: the first field of their schedstat, in nanoseconds. */
export function cpuSeconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const spent = readdirSync(tasks).map((task) => {
    const [nanoseconds] = readFileSync(`${tasks}/${task}/schedstat`, 'latin1').split(' ');
    return Number(nanoseconds);
  });
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
}
