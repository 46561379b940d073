// A program under the real service code, inside the container of the unit tests: its timers run, its loop moves or not.

import { systemEnvironment } from '/usr/lib/gopay-pos/dist/src/programs/environment.js';
import { serve } from '/usr/lib/gopay-pos/dist/src/programs/service.js';

let rounds = 0;
setInterval(() => (rounds += process.argv[2] === 'moves' ? 1 : 0), 20);
const environment = systemEnvironment({ level: 'debug', credentialPrefix: 'none.' });
const program = { status: () => 'here', stop: async () => undefined, progress: () => rounds };
await serve({ environment, start: async () => program });
