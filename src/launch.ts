#!/usr/bin/env node
import { join } from 'node:path';
import { CompiledProgram } from './host/compiled.js';

// Built into dist/gopay-pos.cjs, in CommonJS: for an entry that is a module Node sets up a loader that nothing here needs.
new CompiledProgram(join(__dirname, 'program')).load('main.cjs');
