#!/usr/bin/env node
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { CompiledProgram } from './host/compiled.js';

// V8 takes code that was compiled ahead only under the flags that it was compiled under, Node's own modules included: with
// the limits of the service file's command line they would all be compiled again at every start, a third of it. The heap
// has taken its limits by now; a worker thread gets its own from whoever starts it (resourceLimits).
for (const flag of ['--max-semi-space-size=0', '--max-old-space-size=0']) setFlagsFromString(flag);

// Built into dist/gopay-pos.cjs, in CommonJS: for an entry that is a module Node sets up a loader that nothing here needs.
new CompiledProgram(join(__dirname, 'program')).load('main.cjs');
