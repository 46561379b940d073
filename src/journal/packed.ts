import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Sale } from '../core/sale/sale.js';

/** Where a sale stands that is over for long: all that a request, a notice or a settlement may still need of it. */
export interface Packed {
  readonly sale: Sale;
  /** Rows, as they were. */
  readonly answers: readonly object[];
  readonly slips: readonly object[];
}

/**
 * What nearly every sale has in it, so that no row spells it out: without it a packed sale takes twice the bytes. Never
 * changed: what is packed cannot be read without it.
 */
const COMMON = Buffer.from(
  '{"sale":{"orderId":"T1-01M80TZMZG","amount":15000,"source":{"kind":"vending","name":"vending","reference":"vtk-17","own":true,"item":"7","product":"","repeats":true},"source":{"kind":"register","name":"register","reference":"INV-0201500330313030303030303030303030303030303030303030302020202020202020202020202020202020204e30303030303020202020202020202020"},"source":{"kind":"keypad","name":"pad"},"invoice":1,"attempt":1,"openedAtMs":179,"patienceMs":120000,"state":{"at":"closed","how":"expired","code":5},"state":{"at":"resolved","how":"refunded","by":"gateway","atMs":179,"note":""},"state":{"at":"delivered","atMs":179},"evidence":{"orderId":"","transactionId":"","status":"expire","wireStatus":"expire","statusCode":"407","statusMessage":"Success, transaction is found","amount":15000,"wireAmount":"15000.00","currency":"IDR","fraud":"accept","paymentType":"qris","merchantId":"G","transactionTime":"2026-11-22 12:17:10","settlementTime":"2026-11-22 12:17:10","expiryTime":"2026-11-22 12:32:10","issuer":"gopay"},"status":"settlement","wireStatus":"settlement","statusCode":"200"}},"answers":[{"id":1,"register":"register","order_id":"T1-01M80","frame":"=","bytes":"7b226d7367223a22616e73776572222c226f70223a22636861726765222c22726566223a22494e562d33222c22636f6465223a22617070726f766564222c2273616c65223a7b22726566223a2249222c226f726465725f6964223a22222c22616d6f756e74223a31353030302c2272726e223a22222c22617070726f76616c223a22222c22696e766f696365223a342c2274696d65223a22323032362d31312d32325431323a31373a31302b30373a3030222c22697373756572223a22676f706179227d2c2261636b223a747275657d0a","result":"approved","acknowledged":1,"met":"acknowledged"}],"slips":[{"id":7,"order_id":"T1-01M80","kind":"qr","copy":0,"asked":0,"body":null,"state":"done","attempts":1,"spoilt":0,"queued_at_ms":179,"at_ms":179,"why":null},{"id":8,"order_id":"","kind":"receipt","copy":0,"asked":0,"body":null,"state":"done","attempts":1,"spoilt":0,"queued_at_ms":179,"at_ms":179,"why":null}]}',
);

export function pack(whole: Packed): Buffer {
  return deflateRawSync(JSON.stringify(whole), { dictionary: COMMON, level: 9, memLevel: 5 });
}

export function unpacked(bytes: Buffer): Packed {
  return JSON.parse(inflateRawSync(bytes, { dictionary: COMMON }).toString()) as Packed;
}
