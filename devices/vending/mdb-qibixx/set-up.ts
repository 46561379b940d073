import { FAULT } from '../../../src/core/fault/table.js';
import { noted, told } from '../session.js';
import { type BoardSettings, type BoardState, type BoardStep, waits, wrote } from './board-state.js';
import { type BoardMessage, SAY } from './message.js';

/** A board answers within milliseconds; a USB one that has just been plugged in takes a second to boot. */
const ANSWER_MS = 2_000;
/** Attempts before the technician is told. It goes on trying. */
const PATIENCE = 3;
/** A refused setting stays refused until it is changed: no hurry. */
const AGAIN_MS = 30_000;
/** The machine polls several times a second; one that boots takes a while. */
const MACHINE_MS = 10_000;

type SettingUp = Extract<BoardState, { at: 'settingUp' }>;

/** Settings are lost with the board's power and taken only while it is off: all of it is sent at each start. */
function lines(settings: BoardSettings): readonly string[] {
  return [SAY.version, SAY.off, ...settings.setup, SAY.on];
}

export function beginSetUp(settings: BoardSettings, failures = 0): BoardStep {
  return atLine({ at: 'settingUp', step: 0, failures }, settings);
}

function atLine(state: SettingUp, settings: BoardSettings): BoardStep {
  const line = lines(settings)[state.step];
  if (line === undefined) return { state: { at: 'waiting' }, effects: [waits(MACHINE_MS)] };
  return { state, effects: [wrote(line), waits(ANSWER_MS)] };
}

export function setUpReply(state: SettingUp, message: BoardMessage, settings: BoardSettings): BoardStep {
  const line = lines(settings)[state.step] ?? '';
  switch (answer(line, message)) {
    case 'taken':
      return atLine({ ...state, step: state.step + 1 }, settings);
    case 'refused': {
      const why = `E${FAULT.boardRefusesSetting} the board refuses "${line}"`;
      return { state, effects: [noted('warn', why), told({ kind: 'gone', why }), waits(AGAIN_MS)] };
    }
    case 'other':
      return { state, effects: [] };
  }
}

export function setUpTimeout(state: SettingUp, settings: BoardSettings): BoardStep {
  const failures = state.failures + 1;
  const again = beginSetUp(settings, failures);
  if (failures !== PATIENCE) return again;
  const why = `E${FAULT.boardSilent} the board does not answer "${lines(settings)[state.step] ?? ''}"`;
  return { ...again, effects: [noted('warn', why), told({ kind: 'gone', why }), ...again.effects] };
}

/** A board that is off already, or on already, says so as an error. */
function answer(line: string, message: BoardMessage): 'taken' | 'refused' | 'other' {
  switch (line) {
    case SAY.version:
      return message.said === 'version' ? 'taken' : 'other';
    case SAY.off:
      return (message.said === 'switched' && !message.on) || isError(message, 'off') ? 'taken' : 'other';
    case SAY.on:
      return (message.said === 'switched' && message.on) ||
        message.said === 'status' ||
        isError(message, 'on')
        ? 'taken'
        : 'other';
    default:
      return ownLine(line, message);
  }
}

function isError(message: BoardMessage, about: 'on' | 'off'): boolean {
  return message.said === 'error' && message.text === `cashless is ${about}`;
}

/** `C,SETCONF,...` is answered `c,SET,OK`; other commands in the small letter of their own, as `f,ACK`. */
function ownLine(line: string, message: BoardMessage): 'taken' | 'refused' | 'other' {
  if (message.said === 'error') return 'refused';
  if (message.said === 'set') return 'taken';
  if (message.said !== 'other' || !message.text.startsWith(`${line.charAt(0).toLowerCase()},`))
    return 'other';
  return /NACK|ERR/.test(message.text) ? 'refused' : 'taken';
}
