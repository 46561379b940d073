/** What `npm start` says once everything runs. */
export function welcome(pages: {
  readonly terminal: string;
  readonly phone: string;
  readonly paper: string;
}): string {
  return `
  terminal page   ${pages.terminal}   type an amount, see the QR
  phone page      ${pages.phone}   the customer's phone: scan or tap Pay
  paper page      ${pages.paper}   what the printer printed

  Ctrl-C stops everything.
`;
}
