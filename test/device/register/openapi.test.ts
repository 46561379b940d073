import { readFileSync, writeFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { ROUTES } from '../../../devices/register/api/routes.js';
import { OPENAPI, openApi } from '../../kit/json/openapi.js';

const AGAIN =
  'out of date; run: UPDATE_DOCS=1 npx vitest run --config test/vitest.config.ts test/device/register/openapi.test.ts';

it('the OpenAPI document is made of the routes and of the schema of the messages (UPDATE_DOCS=1 makes it again)', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(OPENAPI, openApi());
  expect(readFileSync(OPENAPI, 'utf8'), AGAIN).toBe(openApi());
});

it('is OpenAPI 3.1 to a validator that is not ours, and names each route once', async () => {
  const validator = new Validator();
  const judged = await validator.validate(JSON.parse(readFileSync(OPENAPI, 'utf8')));
  expect(judged).toMatchObject({ valid: true });
  expect(validator.version).toBe('3.1');
  // A reference that leads nowhere is thrown.
  validator.resolveRefs();
  const { paths } = validator.specification as { paths: Record<string, Record<string, unknown>> };
  const named = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(named.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
});
