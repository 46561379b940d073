import type {
  ChargeOrder,
  ChargeOutcome,
  CloseOutcome,
  GatewayHealth,
  PictureOutcome,
  RefundOutcome,
  StatusOutcome,
} from '../base/gateway-answer.js';
import type { Rupiah } from '../base/rupiah.js';

/** What answers the Core API calls: Midtrans itself or the relay. No method throws for what the network does. */
export interface Gateway {
  charge(order: ChargeOrder): Promise<ChargeOutcome>;
  status(orderId: string): Promise<StatusOutcome>;
  cancel(orderId: string): Promise<CloseOutcome>;
  expire(orderId: string): Promise<CloseOutcome>;
  refund(orderId: string, refundKey: string, amount: Rupiah, reason: string): Promise<RefundOutcome>;
  /** Where the picture of a transaction is served when the charge's answer, which names it, was lost. */
  pictureUrlOf(transactionId: string): string;
  /** Never sends the server key: the picture's host needs none. */
  picture(url: string): Promise<PictureOutcome>;
  health(): Promise<GatewayHealth>;
}
