/** Where a person finds what the demo shows. */
export interface DemoPages {
  readonly terminal: string;
  readonly phone: string;
  readonly paper: string;
  /** Once it listens; '' before that. */
  readonly api: () => string;
}

/** How a program sells here. */
export function howToSell(api: string): string {
  return `curl --json '{"ref":"INV-1","amount":15000}' ${api}/v1/sales`;
}

/** What `npm start` says once everything runs. */
export function welcome(pages: DemoPages): string {
  return `
  terminal page   ${pages.terminal}   type an amount, see the QR
  phone page      ${pages.phone}   the customer's phone: scan or tap Pay
  paper page      ${pages.paper}   what the printer printed

  a program sells by   ${howToSell(pages.api())}
  and pays it by       gopay-pos sandbox pay INV-1 --url ${pages.phone}
  more requests        ${pages.api()}/v1/openapi.json, devices/register/api/README.md

  Ctrl-C stops everything.
`;
}
