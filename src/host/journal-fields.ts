import type { LogEntry, LogSink } from './log.js';
import type { Datagram } from './notify.js';

/** Where journald listens for entries with fields of their own (systemd.io/JOURNAL_NATIVE_PROTOCOL). */
export const JOURNAL_SOCKET = '/run/systemd/journal/socket';

const ORDER_ID = /\b[A-Z0-9]{1,16}-[0-9A-HJKMNP-TV-Z]{26}\b/;
const CODE = /\bE(\d{3})\b/;

/**
 * One entry of the journal, one field a line: no text of the log has a line feed. `journalctl ORDER_ID=...` finds by them.
 * @param priority of syslog(3)
 */
function journalEntry({ text, device }: LogEntry, priority: number): Buffer {
  const [orderId] = ORDER_ID.exec(text) ?? [];
  const [, code] = CODE.exec(text) ?? [];
  const fields = [
    `MESSAGE=${text}`,
    `PRIORITY=${priority}`,
    'SYSLOG_IDENTIFIER=gopay-pos',
    ...(orderId === undefined ? [] : [`ORDER_ID=${orderId}`]),
    ...(code === undefined ? [] : [`CODE=E${code}`]),
    ...(device === '' ? [] : [`DEVICE=${device}`]),
  ];
  return Buffer.from(`${fields.join('\n')}\n`, 'utf8');
}

/** What journald does not take now, its queue being full, goes the way of a service's standard error: late, and without fields. */
export function journalSink(send: Datagram, otherwise: LogSink): LogSink {
  return (line, level, entry) => {
    if (!send(journalEntry(entry, Number(line[1]))).ok) otherwise(line, level, entry);
  };
}
