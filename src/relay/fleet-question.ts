import type { FleetBox } from '../mqtt/fleet.js';
import { type AlertName, FLEET_ALERTS, firesAt } from './fleet-alerts.js';
import { type PageLanguage, preferred } from './html.js';

/** As a box stands, in the words of `gopay-pos fleet`. */
export type Standing = 'ready' | 'busy' | 'not_ready' | 'away' | 'unknown';
export const STANDINGS: readonly Standing[] = ['not_ready', 'away', 'ready', 'busy', 'unknown'];

/** What the page is asked to show; each absent for all. */
export interface FleetQuestion {
  readonly language: PageLanguage;
  readonly standing?: Standing;
  readonly owing?: true;
  readonly alert?: AlertName;
  readonly group?: string;
  /** Within its name, its group, or why it does not sell. */
  readonly text?: string;
  /** From 1. */
  readonly page: number;
}

/** @param query of the address: whatever it is, it is a question @param accepted `Accept-Language` */
export function questionOf(query: string, accepted: string | undefined): FleetQuestion {
  const asked = new URLSearchParams(query.slice(0, 4_000));
  const word = (name: string): string => asked.get(name)?.trim().slice(0, 300) ?? '';
  const standing = STANDINGS.find((each) => each === word('state'));
  const alert = FLEET_ALERTS.find(({ name }) => name === word('alert'))?.name;
  const language = word('lang');
  const [group, text] = [word('group'), word('q')];
  return {
    language: language === 'id' || language === 'en' ? language : preferred(accepted ?? ''),
    ...(standing === undefined ? {} : { standing }),
    ...(word('owed') === '' ? {} : { owing: true as const }),
    ...(alert === undefined ? {} : { alert }),
    ...(group === '' ? {} : { group }),
    ...(text === '' ? {} : { text }),
    page: Number(/^[1-9]\d{0,4}$/.exec(word('page'))?.[0] ?? 1),
  };
}

/** The query that asks `question`, with what is different in `other`. */
export function queryOf(question: FleetQuestion, other: Partial<FleetQuestion> = {}): string {
  const { language, standing, owing, alert, group, text, page } = { ...question, page: 1, ...other };
  const asked = new URLSearchParams({ lang: language });
  if (standing !== undefined) asked.set('state', standing);
  if (owing !== undefined) asked.set('owed', 'yes');
  if (alert !== undefined) asked.set('alert', alert);
  if (group !== undefined) asked.set('group', group);
  if (text !== undefined) asked.set('q', text);
  if (page > 1) asked.set('page', String(page));
  return `?${asked}`;
}

export function standingOf({ away, state }: FleetBox): Standing {
  if (away) return 'away';
  if (state === undefined) return 'unknown';
  return state.state === 'busy' && state.ready ? 'busy' : state.ready ? 'ready' : 'not_ready';
}

/** Whether `box` is one of those that are asked for. */
export function answers(box: FleetBox, question: FleetQuestion, nowMs: number): boolean {
  const { standing, owing, alert, group, text } = question;
  const { state, terminal, merchant } = box;
  if (standing !== undefined && standingOf(box) !== standing) return false;
  if (owing !== undefined && (state?.owed.count ?? 0) <= 0) return false;
  if (group !== undefined && state?.group !== group) return false;
  const rule = FLEET_ALERTS.find(({ name }) => name === alert);
  if (rule !== undefined && !firesAt(rule, box, nowMs)) return false;
  if (text === undefined) return true;
  const fault = state?.fault;
  const told = [terminal, merchant, state?.group, fault && `E${fault.code}`, fault?.id, fault?.en];
  return told.some((each) => each?.toLowerCase().includes(text.toLowerCase()));
}
