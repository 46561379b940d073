import { BROKERS } from './kit/brokers.js';
import { askTerminals } from './kit/link-suite.js';

for (const kind of BROKERS) askTerminals(kind);
