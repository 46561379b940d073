// A program under the real service code, inside the container of the unit tests: its timers run, its loop moves or not.

const installed = '/usr/lib/gopay-pos/dist/src/programs';
/** @type {typeof import('../../../src/programs/environment.js')} */
const { systemEnvironment } = await import(`${installed}/environment.js`);
/** @type {typeof import('../../../src/programs/service.js')} */
const { serve } = await import(`${installed}/service.js`);

let rounds = 0;
setInterval(() => (rounds += process.argv[2] === 'moves' ? 1 : 0), 20);
const environment = systemEnvironment({ level: 'debug', credentialPrefix: 'none.' });
const program = { status: () => 'here', stop: async () => undefined, progress: () => rounds };
await serve({ environment, start: async () => program });
