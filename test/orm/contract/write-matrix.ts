/** Writes the support matrix into the guide: `npm run docs:matrix`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURES } from './features.ts';
import { formatMatrix, replaceMatrix } from './matrix.ts';

const GUIDE = join(import.meta.dirname, '../../../docs/guides/database.md');

writeFileSync(GUIDE, replaceMatrix(readFileSync(GUIDE, 'utf8'), formatMatrix(FEATURES)));
process.stdout.write(`wrote the matrix of ${FEATURES.length} features into docs/guides/database.md\n`);
