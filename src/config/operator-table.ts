import { OPERATOR_RIGHTS } from '../base/operator-right.js';
import { choice, integer, list, text } from '../settings/kinds.js';
import { defaulted, many, required, table } from '../settings/schema.js';

/** [[operator]] of terminal.toml. */
export const OPERATOR_TABLE = many(
  16,
  'Who may send commands from afar, over the broker of [mqtt] (gopay-pos fleet do). Each is signed with his key, for this terminal, with time and number; nothing of it moves money.',
  {
    name: required(
      text('1 to 32 of a-z A-Z 0-9 . _ -', /^[A-Za-z0-9._-]{1,32}$/),
      'sri',
      'His name, as gopay-pos operator key NAME has it; it stands beside what he did.',
    ),
    public_key: required(
      text('43 of a-z A-Z 0-9 _ -, as gopay-pos operator key prints it', /^[A-Za-z0-9_-]{43}$/),
      '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
      'The public half of his Ed25519 key.',
    ),
    may: defaulted(
      list(choice(...OPERATOR_RIGHTS), OPERATOR_RIGHTS.length),
      [],
      'What he may: status, why (the story of a sale), sales (what was sold, totals, what is owed), say (again), reprint (slips, marked COPY), sold-out (and back), maintenance (on and off), reload (of products and of this file), restart (when nobody chooses or pays), config (products, contact, hours, words, narrower limits: gopay-pos fleet config).',
    ),
  },
);

/** What operators set: [from_afar]. */
export const FROM_AFAR_TABLE = table('What operators set from afar (gopay-pos fleet config).', {
  ready_minutes: defaulted(
    integer(1, 60, 'minutes'),
    5,
    'How long the terminal may take to be ready with a new configuration; the one of before is taken back then.',
  ),
});
