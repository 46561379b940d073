import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT } from '../core/fault/table.js';
import { shiftCsv, shiftMail } from '../core/text/shift-report.js';
import type { SlipHead } from '../core/text/slip-style.js';
import { ReportFolder } from '../host/report-folder.js';
import type { Timers } from '../port/clock.js';
import type { ReportPlace } from '../terminal/context.js';
import { Mailer } from './mailer.js';

/** The ways by which the settings want reports of closed shifts to go out. */
export function reportPlaces(
  { folder, mailTo: to, mailFrom: from, sendmail }: TerminalConfig['report'],
  head: SlipHead,
  timers: Timers,
): ReportPlace[] {
  const places: ReportPlace[] = [];
  if (folder !== undefined)
    places.push({
      way: new ReportFolder(folder),
      text: (report) => shiftCsv(report, head),
      fault: FAULT.reportNotFiled,
    });
  if (from !== undefined && to.length > 0)
    places.push({
      way: new Mailer(sendmail, timers),
      text: (report) => shiftMail(report, { ...head, from, to }),
      fault: FAULT.reportNotMailed,
    });
  return places;
}
