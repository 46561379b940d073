import type { FastifyRequest } from 'fastify';
import type { FrontRequest, PictureRequest } from './front.js';

export function bodyOf(request: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
}

export interface PictureRoute {
  Params: { paymentType: string; id: string };
  Querystring: { terminal?: unknown; mark?: unknown };
}

export function pictureRequest(request: FastifyRequest<PictureRoute>): PictureRequest {
  const { paymentType, id: transactionId } = request.params;
  const { terminal, mark } = request.query;
  const { authorization } = request.headers;
  return {
    paymentType,
    transactionId,
    ...(typeof terminal === 'string' && typeof mark === 'string' ? { terminal, mark } : {}),
    ...(authorization === undefined ? {} : { authorization }),
  };
}

export function frontRequest(
  operation: FrontRequest['operation'],
  request: FastifyRequest<{ Params: { orderId?: string } }>,
): FrontRequest {
  const { authorization, 'idempotency-key': key } = request.headers;
  const orderId = request.params.orderId;
  return {
    operation,
    body: bodyOf(request),
    ...(orderId === undefined ? {} : { orderId }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
  };
}
