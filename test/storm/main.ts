import { runSeed } from './world.js';

export async function main(args: readonly string[]): Promise<number> {
  const n = Number(args[0] ?? 1),
    k = Number(args[1] ?? 20),
    m = Number(args[2] ?? 30);
  const t0 = performance.now();
  let virtual = 0,
    sales = 0,
    events = 0,
    bad = 0;
  const ends = new Map<string, number>(),
    faults = new Map<string, number>(),
    laws = new Map<string, string>();
  for (let seed = n; seed < n + k; seed += 1) {
    const log = args[3] === 'log';
    const r = await runSeed({ seed, sales: m, log });
    virtual += r.virtualMs;
    sales += r.sales;
    events += r.events;
    for (const [a, b] of r.ends) ends.set(a, (ends.get(a) ?? 0) + b);
    for (const [a, b] of r.faults) faults.set(a, (faults.get(a) ?? 0) + b);
    if (log) console.log(r.story.join('\n'));
    if (r.violation) {
      bad += 1;
      const key = r.violation.law;
      if (!laws.has(r.violation.words.replace(/T1-\w+/g, 'X')))
        laws.set(r.violation.words.replace(/T1-\w+/g, 'X'), `${seed} ${key}: ${r.violation.words}`);
    }
  }
  const cpu = process.cpuUsage();
  const s = (cpu.user + cpu.system) / 1e6;
  console.log({
    sales,
    perSecond: Math.round(sales / s),
    eventsPerSale: events / sales,
    bad,
    virtualSecondsPerSale: virtual / sales / 1000,
  });
  console.log(ends, faults);
  for (const v of laws.values()) console.log(v);
  return 0;
}
