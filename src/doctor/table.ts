import type { Words } from '../base/screen.js';
import type { ControlAnswer } from '../control/answer.js';
import { faultOf, faultText } from '../core/fault/table.js';
import type { Language } from '../core/text/spelled-number.js';
import type { Row, Verdict } from './check.js';

const VERDICTS: Readonly<Record<Verdict, Words>> = {
  pass: { id: 'baik', en: 'pass' },
  warn: { id: 'awas', en: 'warn' },
  fail: { id: 'salah', en: 'FAIL' },
  skip: { id: '-', en: '-' },
};

const ALL_GOOD: Words = { id: 'Tidak ada yang salah.', en: 'Nothing is wrong.' };
/** How wide the name of a check may be before the rest stands apart. */
const NAME_WIDTH = 24;

/** A line a finding, and below each that is not good what it means and what to do, once. For a person and for a script. */
export function tableOf(rows: readonly Row[], language: Language): ControlAnswer {
  const lines = rows.map((row) => lineOf(row, language));
  const wrong = rows.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  const fails = wrong.filter(({ verdict }) => verdict === 'fail').length;
  const counted =
    language === 'id'
      ? `${fails} salah, ${wrong.length - fails} awas, dari ${rows.length}`
      : `${fails} fail, ${wrong.length - fails} warn, of ${rows.length}`;
  const text = [...lines, '', wrong.length === 0 ? ALL_GOOD[language] : counted].join('\n');
  return {
    text,
    data: { text, good: fails === 0, fails, warns: wrong.length - fails, findings: rows.map(dataOf) },
    good: fails === 0,
  };
}

function lineOf(row: Row, language: Language): string {
  const { verdict, code, detail, of, about } = row;
  const number = code === 0 ? '    ' : `E${code}`;
  const what = `${about[language]}${of === undefined ? '' : ` ${of}`}`;
  const line = `${VERDICTS[verdict][language].padEnd(5)} ${number} ${what.padEnd(NAME_WIDTH)} ${detail}`;
  if (verdict !== 'fail' && verdict !== 'warn') return line;
  return `${line}\n           ${faultText(code)[language]} ${faultOf(code).remedy[language]}`;
}

/** Small enough for one answer over MQTT: words of what is good are left to the number. */
function dataOf({ name, verdict, code, detail, of }: Row): object {
  const wrong = verdict === 'fail' || verdict === 'warn';
  return {
    check: name,
    verdict,
    ...(of === undefined ? {} : { of }),
    ...(code === 0 ? {} : { code }),
    detail,
    ...(wrong ? { says: faultText(code), action: faultOf(code).remedy } : {}),
  };
}
