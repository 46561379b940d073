import type { WrongField } from '../../../src/base/register-messages.js';
import { FAULT, faultOf } from '../../../src/core/fault/table.js';

/** A request that is not done, as RFC 9457 has it; the body is made of it by {@link problemBody}. */
export interface Problem extends Partial<WrongField> {
  readonly status: number;
  /** Of the fault table. */
  readonly code: number;
  readonly detail: string;
  /** The sale that it is about, where that helps. */
  readonly sale?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Soon is soon enough: RFC 9110, section 10.2.3. */
const AGAIN = { 'retry-after': '1' };

export function malformed({ field, found, allowed }: WrongField): Problem {
  const detail = `${field}: ${found}; allowed: ${allowed}`;
  return { status: 400, code: FAULT.apiMalformed, detail, field, found, allowed };
}

export function tooMany(detail: string): Problem {
  return { status: 429, code: FAULT.apiTooMany, detail, headers: AGAIN };
}

export function busy(): Problem {
  return {
    status: 409,
    code: FAULT.apiBusy,
    detail: 'another sale is open on this terminal',
    headers: AGAIN,
  };
}

export function notReady(fault: string, why?: string): Problem {
  const code = Number(fault.slice(1));
  return { status: 503, code, detail: why ?? faultOf(code).says.en, headers: AGAIN };
}

export function problemBody({ status, code, detail, field, found, allowed, sale }: Problem): object {
  return {
    type: `urn:gopay-pos:fault:E${code}`,
    title: faultOf(code).says.en,
    status,
    detail,
    fault: `E${code}`,
    ...(field === undefined ? {} : { field, found, allowed }),
    ...(sale === undefined ? {} : { sale }),
  };
}
