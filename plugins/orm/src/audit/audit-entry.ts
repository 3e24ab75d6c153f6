/** The model of the audit trail: one entry for each entity that was written. */
import * as z from 'zod';
import { defineModel, type Model } from '../model/define-model.ts';
import { type Field, field } from '../model/field.ts';

/** What became of one field: its JSON before and after. Both are left out of hidden fields, which are only named. */
export interface AuditedField {
  readonly before?: z.core.util.JSONType | undefined;
  readonly after?: z.core.util.JSONType | undefined;
}

/** The fields of an entry. */
export type AuditEntryFields = Readonly<{
  /** When it was written. */
  moment: Field<Date>;
  /** The name of the model. */
  model: Field<string>;
  /** The key of the entity, as a text; of a key of several parts, its JSON. */
  key: Field<string>;
  kind: Field<'create' | 'delete' | 'update'>;
  /** Whether it was a soft delete. */
  soft: Field<boolean>;
  /** What changed, by the names of the fields. */
  changes: Field<Readonly<Record<string, AuditedField>>, 'json'>;
  /** Who did it, as the option `actor` says; `null`: nobody said. */
  actor: Field<string | null, 'nullable'>;
}>;

/** A model of audit entries. */
export type AuditEntryModel = Model<'auditEntry', AuditEntryFields, AuditEntryOptions>;

interface AuditEntryOptions {
  readonly id: 'uuid';
  readonly table: string;
  readonly indexes: readonly (readonly string[])[];
  readonly connection?: string;
}

/** Declares the model of audit entries in a table, and on a connection, of your choice. */
export function defineAuditEntry({ table = 'audit_entries', connection }: { readonly table?: string; readonly connection?: string } = {}): AuditEntryModel {
  const changed = z.object({ before: z.json().optional(), after: z.json().optional() });
  const fields: AuditEntryFields = {
    moment: field.datetime().index(),
    model: field.string({ maxLength: 100 }),
    key: field.string({ maxLength: 255 }),
    kind: field.enum(['create', 'update', 'delete']),
    soft: field.boolean(),
    changes: field.json(z.record(z.string(), changed)),
    actor: field.string({ maxLength: 255 }).nullable(),
  };
  const options: AuditEntryOptions = { id: 'uuid', table, indexes: [['model', 'key']], ...(connection === undefined ? {} : { connection }) };
  return defineModel('auditEntry', fields, options);
}

/** The model of audit entries that {@link auditTrail} uses unless it is given another one. */
export const AuditEntry: AuditEntryModel = defineAuditEntry();
