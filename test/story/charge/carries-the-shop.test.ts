import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';

it('sends item, customer, metadata and where the sale came from with the charge, as the configuration says', () =>
  story(
    {
      gatewayToml: 'item_name = "Kopi susu"\nmetadata = ["branch=Bandung"]',
      toml: '[customer]\nfirst_name = "Pelanggan"\nphone = "+62 22 1234567"',
    },
    async (shop) => {
      const order = await shop.ring(15_000);
      await shop.shows('scan');
      const charge = shop.sandbox.requestLog.list().find(({ endpoint }) => endpoint === 'charge');
      expect(JSON.parse(String(charge?.body))).toMatchObject({
        transaction_details: { order_id: order, gross_amount: 15_000 },
        item_details: [{ name: 'Kopi susu', price: 15_000, quantity: 1 }],
        customer_details: { first_name: 'Pelanggan', phone: '+62 22 1234567' },
        custom_field1: 'T1',
        custom_field2: 'keypad:pad',
        metadata: { branch: 'Bandung', terminal: 'T1' },
      });
    },
  ));
