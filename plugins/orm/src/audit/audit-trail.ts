/**
 * Keeps a trail of what was written: who changed what, when, from what to what. The entries are written in the transaction
 * of the change, so there is none without the other; those of changes on another connection than that of the entries follow in
 * a transaction of their own. What the database does by itself, such as cascades, bulk writes and
 * statements of Kysely, leaves no trail.
 */
import { definePlugin, type PluginFactory, type Services } from '@oxidite/plugin-sdk';
import * as z from 'zod';
import type { Change } from '../events/change.ts';
import { connectionOf } from '../connections/split-models.ts';
import { isModel, type ModelDeclaration } from '../model/define-model.ts';
import { AuditEntry, type AuditedField, type AuditEntryModel } from './audit-entry.ts';

/** Says who acts; `undefined` and `null`: nobody. */
export type AuditActor = (services: Services) => bigint | number | string | null | undefined | Promise<bigint | number | string | null | undefined>;

const model = z.custom<ModelDeclaration>(isModel, { error: 'Expected a model, made by defineModel()' });

const auditOptions = z.strictObject({
  /** The models whose changes are kept. Default: all. */
  models: z.array(model).optional(),
  /** Says who acts, from the services of the request, job or command. Default: nobody. */
  actor: z.custom<AuditActor>((value) => typeof value === 'function', { error: 'Expected a function of the services' }).optional(),
  /** The model of the entries, for another table: `defineAuditEntry({ table: 'history' })`. Default: `AuditEntry`. */
  entry: z.custom<AuditEntryModel>((value) => isModel(value) && value.name === 'auditEntry', { error: 'Expected what defineAuditEntry() returns' }).optional(),
});

/** What the ORM stamps by itself says nothing that the entry does not say. */
const STAMPS: ReadonlySet<string> = new Set(['updatedAt', 'version']);

/** Lists an audit trail in an application, beside `orm(…)`: `auditTrail({ actor: ({ session }) => session.userId })`. */
export const auditTrail: PluginFactory<z.input<typeof auditOptions> | undefined> = definePlugin({
  name: '@oxidite/orm/audit-trail',
  version: '0.1.0',
  config: auditOptions.prefault({}),
  requires: ['orm'],
  prepare(kernel) {
    kernel.tap('kernel:config', (options, { plugin }) => (plugin === '@oxidite/orm' ? withModel(options, kernel.config.entry ?? AuditEntry) : undefined));
  },
  setup(kernel) {
    const { entry = AuditEntry, actor, models } = kernel.config;
    const names = models === undefined ? undefined : new Set(models.map(({ name }) => name));
    kernel.tap(
      'orm:flushed',
      async ({ changes, orm, services }) => {
        const kept = changes.filter((change) => change.model !== entry.name && names?.has(change.model) !== false);
        if (kept.length === 0) return;
        const found = await actor?.(services);
        const common = { moment: new Date(kernel.clock.now()), actor: found === undefined || found === null ? null : String(found) };
        const own = orm.on(connectionOf(entry)); // changes of other connections get their entries after their commit, in a transaction of its own
        for (const change of kept) own.create(entry, { ...common, ...toEntry(change) });
      },
      { band: 'last' },
    );
  },
});

/** Wrong options are reported by the ORM itself. */
function withModel(options: unknown, entry: AuditEntryModel): unknown {
  if (typeof options !== 'object' || options === null) return options;
  const { models = [] } = options as { readonly models?: unknown };
  return Array.isArray(models) ? { ...options, models: [...(models as readonly unknown[]), entry] } : options;
}

function toEntry({ model: name, key, kind, soft, fields, before, after }: Change): {
  model: string;
  key: string;
  kind: Change['kind'];
  soft: boolean;
  changes: Record<string, AuditedField>;
} {
  const named = kind === 'update' || soft ? fields.filter((each) => !STAMPS.has(each)) : fields;
  const changes = Object.fromEntries(named.map((each) => [each, { ...toJson('before', before[each]), ...toJson('after', after[each]) }]));
  return { model: name, key: typeof key === 'string' ? key : toText(key).replaceAll(/^"|"$/g, ''), kind, soft, changes };
}

function toJson(side: keyof AuditedField, value: unknown): AuditedField {
  return value === undefined ? {} : { [side]: JSON.parse(toText(value)) as z.core.util.JSONType }; // it was just written as JSON
}

/** A wide number is a text in JSON, as everywhere. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? 'null';
}
