import type { Body } from '../midtrans/bodies.js';

/** How the real Core API sends each error: business outcomes travel under HTTP 200. */
export interface ErrorReply {
  readonly httpStatus: number;
  readonly body: Body;
}

const PARTNER_DOWN =
  'Sorry. The bank/payment partner is experiencing some connection issues. Please retry later.';

/** Texts of `status_message` by `status_code`, for errors without more to say. */
const TEXTS: Readonly<Record<string, string>> = {
  '402': "Merchant doesn't have access for this payment type",
  '403':
    'The requested resource is only capable of generating content not acceptable according to the accepting headers',
  '405': 'Http method is not allowed',
  '410': 'Merchant account is deactivated. Please contact Midtrans support',
  '412': 'Merchant cannot modify the status of the transaction',
  '413': 'The request cannot be processed due to malformed syntax in the request body',
  '500': 'Internal Server Error',
  '501': 'The requested feature is not finished yet or is not available',
  '502': PARTNER_DOWN,
  '503': PARTNER_DOWN,
  '504': 'Fraud detection is unavailable',
};

/** Codes that are HTTP codes, too. */
const REAL_HTTP = new Set(['400', '401', '405', '413', '429', '500', '501', '502', '503', '504']);

export function errorReply(code: string, id: string, text?: string, httpStatus?: number): ErrorReply {
  return {
    httpStatus: httpStatus ?? (REAL_HTTP.has(code) ? Number(code) : 200),
    body: { status_code: code, status_message: text ?? TEXTS[code] ?? 'Error', id },
  };
}

export function invalid(messages: readonly string[], id: string): ErrorReply {
  return {
    httpStatus: 400,
    body: {
      status_code: '400',
      status_message: 'One or more parameters in the payload is invalid.',
      validation_messages: messages,
      id,
    },
  };
}

/** The shape without an `id`. */
function short(code: string, text: string, httpStatus = 200): ErrorReply {
  return { httpStatus, body: { status_code: code, status_message: text } };
}

export function unauthorised(): ErrorReply {
  return short('401', 'Transaction cannot be authorized with the current client/server key.', 401);
}

export function notFound(id: string): ErrorReply {
  return errorReply('404', id, "Transaction doesn't exist.");
}

export function duplicateOrder(id: string): ErrorReply {
  return errorReply(
    '406',
    id,
    'The request could not be completed due to a conflict with the current state of the target resource, please try again',
  );
}

export function cannotModify(): ErrorReply {
  return short('412', TEXTS['412'] ?? '');
}

export function duplicateRefund(): ErrorReply {
  return short('406', 'Duplicate refund ID');
}

export function wrongRefundAmount(): ErrorReply {
  return short('414', 'Refund request is rejected due to invalid amount');
}

/** The API gateway in front answers this one, in its own words and without `status_code`. */
export function rateLimited(): ErrorReply {
  return { httpStatus: 429, body: { message: 'API rate limit exceeded' } };
}

export function noRoute(): ErrorReply {
  return { httpStatus: 404, body: { message: 'no Route matched with those values' } };
}
