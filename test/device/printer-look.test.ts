import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { composeSlip } from '../../devices/printer/compose.js';
import { Paper } from '../../devices/printer/paper.js';
import { papersToPng } from '../../devices/printer/paper-slip.js';
import { findProfile } from '../../devices/printer/profile.js';
import { qrSlip, receiptSlip } from './printer-rig.js';

it('look', async () => {
  for (const name of ['generic-58', 'generic-80', 'epson-80', 'epson-80-180dpi']) {
    const profile = findProfile(name);
    if (!profile) throw new Error('no');
    const paper = new Paper({ widthDots: profile.widthDots });
    for (const slip of [qrSlip(), receiptSlip()]) {
      const job = composeSlip(slip, profile);
      if (!job.ok) throw new Error(JSON.stringify(job.error));
      console.log(name, job.value.bytes, job.value.parts.length, job.value.longestData);
      for (const part of job.value.parts) paper.receive(part);
    }
    const all = [...paper.slips, ...(paper.hanging ? [paper.hanging] : [])];
    writeFileSync(`/tmp/pf/${name}.png`, await papersToPng(all));
    console.log(paper.problems, all[0]?.text);
  }
});
