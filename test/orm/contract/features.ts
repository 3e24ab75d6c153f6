/** All features of the contract, in the order of the matrix. */
import { afterCommit } from './cases/after-commit.ts';
import { aggregates } from './cases/aggregates.ts';
import { casts } from './cases/casts.ts';
import { changes } from './cases/changes.ts';
import { compositeKeys } from './cases/composite-keys.ts';
import { conditions } from './cases/conditions.ts';
import { connections } from './cases/connections.ts';
import { constraints } from './cases/constraints.ts';
import { deletes } from './cases/deletes.ts';
import { embedded } from './cases/embedded.ts';
import { encryption } from './cases/encryption.ts';
import { fields } from './cases/fields.ts';
import { hooks } from './cases/hooks.ts';
import { injection } from './cases/injection.ts';
import { inserts } from './cases/inserts.ts';
import { json } from './cases/json.ts';
import { keys } from './cases/keys.ts';
import { locks } from './cases/locks.ts';
import { migrations } from './cases/migrations.ts';
import { order } from './cases/order.ts';
import { pages } from './cases/pages.ts';
import { pairs } from './cases/pairs.ts';
import { pivots } from './cases/pivots.ts';
import { polymorphic } from './cases/polymorphic.ts';
import { queries } from './cases/queries.ts';
import { relations } from './cases/relations.ts';
import { rules } from './cases/rules.ts';
import { savepoints } from './cases/savepoints.ts';
import { scopes } from './cases/scopes.ts';
import { search } from './cases/search.ts';
import { softDeletes } from './cases/soft-deletes.ts';
import { statements } from './cases/statements.ts';
import { streams } from './cases/streams.ts';
import { schema } from './cases/tables.ts';
import { textConditions } from './cases/text-conditions.ts';
import { transactions } from './cases/transactions.ts';
import { unitOfWork } from './cases/unit-of-work.ts';
import { upserts } from './cases/upserts.ts';
import { versions } from './cases/versions.ts';
import type { ContractFeature } from './contract-case.ts';

export const FEATURES: readonly ContractFeature[] = [
  fields,
  rules,
  json,
  casts,
  encryption,
  embedded,
  keys,
  compositeKeys,
  relations,
  pairs,
  pivots,
  polymorphic,
  deletes,
  constraints,
  queries,
  conditions,
  textConditions,
  order,
  scopes,
  aggregates,
  pages,
  streams,
  search,
  injection,
  unitOfWork,
  softDeletes,
  inserts,
  upserts,
  changes,
  transactions,
  savepoints,
  afterCommit,
  locks,
  versions,
  hooks,
  migrations,
  schema,
  statements,
  connections,
];
