import { readFileSync } from 'node:fs';

/** CLK_TCK of Linux on every architecture that Node runs on. */
const TICKS_A_SECOND = 100;

/** User and system time of all threads of a process until now (proc(5), fields 14 and 15 of stat). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field is a name in brackets, in which anything may stand.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
