/**
 * Turns conditions into filters, and relations into stages of an aggregation that look up what they lead to. Field names come
 * only from the layout of the models, and each value stands behind an operator, so that none is ever read as one.
 *
 * Conditions have three outcomes, as in SQL: what is compared with `null` neither holds nor fails. So a filter is made either
 * for the documents for which a condition holds, or for those for which it fails, and `not` swaps the two.
 */
import type { Document } from 'mongodb';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../../model/model-layout.ts';
import type { CompareOperator, Condition } from '../../query/condition.ts';
import type { Trashed } from '../../query/query-state.ts';
import { toLikeSource } from './like-pattern.ts';

type PairLayout = Extract<RelationLayout, { kind: 'manyToMany' }>;

const OPERATORS = { '=': '$eq', '!=': '$nin', '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' } as const;
const OPPOSITES: Readonly<Record<CompareOperator, CompareOperator>> = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };
/** Columns that are texts, so that a pattern can be compared with them. */
const TEXTS: ReadonlySet<string> = new Set(['date', 'enum', 'string', 'text', 'uuid']);
const NEVER: Document = { _id: { $in: [] } };

/** Options of a {@link PipelineBuilder}. */
export interface PipelineOptions {
  /** Gives the value of a slot. */
  readonly valueOf: (slot: number) => unknown;
  /** Whether relations that always lead somewhere are joined, so that `null` behind them counts as elsewhere. Default: `true`. */
  readonly joins?: boolean;
}

/** Builds the aggregation of one collection: keeps its stages and what they have joined. */
export class PipelineBuilder {
  readonly #options: PipelineOptions;
  readonly #joins = new Map<string, string>();
  /** How often something was looked up, or found to be looked up already. */
  #uses = 0;
  #next = 0;
  #stages: Document[] = [];

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Returns the stages that were made since this was last called. */
  takeStages(): Document[] {
    const stages = this.#stages;
    this.#stages = [];
    return stages;
  }

  /** Returns the stages that keep the documents for which all conditions hold; what needs nothing else is asked first. */
  match(conditions: readonly Condition[], own: readonly Document[] = []): Document[] {
    const early: Document[] = [...own];
    const late: Document[] = [];
    for (const condition of conditions.flatMap((item) => (item.kind === 'all' ? item.items : [item]))) {
      const before = this.#uses;
      const filter = this.filter(condition, '', true);
      (this.#uses === before ? early : late).push(filter);
    }
    return [...toMatch(early), ...this.takeStages(), ...toMatch(late)];
  }

  /**
   * Turns a condition into a filter.
   * @param path where the document stands that it is about: `''`, or that of a joined one.
   * @param holds whether the filter is about documents for which it holds, or for which it fails.
   */
  filter(condition: Condition, path: string, holds: boolean): Document {
    switch (condition.kind) {
      case 'all':
      case 'any': {
        const filters = condition.items.map((item) => this.filter(item, path, holds));
        return (condition.kind === 'all') === holds ? every(filters) : some(filters);
      }
      case 'not':
        return this.filter(condition.item, path, !holds);
      case 'null':
        return { [`${path}${condition.column.column}`]: condition.negated === holds ? { $ne: null } : { $eq: null } };
      case 'compare':
        return this.#compare(condition.column, path, holds ? condition.operator : OPPOSITES[condition.operator], condition.slot);
      case 'in':
        return this.#in(condition, path, holds);
      case 'like':
        return this.#like(condition, path, holds);
      case 'joined':
        return this.filter(
          condition.item,
          condition.path.reduce((from, relation) => this.join(from, relation), path),
          holds,
        );
      case 'related':
        return this.#related(condition, path, holds);
      default:
        return condition satisfies never;
    }
  }

  /** Looks up the document behind a relation to one, once, and returns where it stands. */
  join(path: string, relation: RelationLayout): string {
    this.#uses++;
    const known = this.#joins.get(`${path}${relation.name}`);
    if (known !== undefined) return known;
    const as = this.#name('joined');
    this.#joins.set(`${path}${relation.name}`, `${as}.`);
    const alive = toAlive(relation);
    const pipeline = relation.kind === 'belongsTo' ? [] : [...(alive === undefined ? [] : [{ $match: alive }]), { $limit: 1 }];
    this.#stages.push(this.#lookup(relation, path, as, pipeline), { $unwind: { path: `$${as}`, preserveNullAndEmptyArrays: true } });
    return `${as}.`;
  }

  /** Counts the documents behind a relation to many; returns where the count stands, in a list that is empty when there are none. */
  count(relation: RelationLayout, conditions: readonly Condition[]): string {
    const as = this.#name('count');
    this.#stages.push(this.#lookup(relation, '', as, [...this.#within(relation, { kind: 'all', items: conditions }), { $count: 'n' }]));
    return as;
  }

  #compare({ column }: ColumnLayout, path: string, operator: CompareOperator, slot: number): Document {
    const value = this.#options.valueOf(slot);
    return { [`${path}${column}`]: { [OPERATORS[operator]]: operator === '!=' ? [value, null] : value } };
  }

  #in({ column, slots, negated }: Extract<Condition, { kind: 'in' }>, path: string, holds: boolean): Document {
    const isIn = negated !== holds;
    if (slots.length === 0) return isIn ? NEVER : {};
    const values = slots.map((slot) => this.#options.valueOf(slot));
    return { [`${path}${column.column}`]: isIn ? { $in: values } : { $nin: [...values, null] } };
  }

  #like({ column, slot }: Extract<Condition, { kind: 'like' }>, path: string, holds: boolean): Document {
    const field = `${path}${column.column}`;
    const source = toLikeSource(String(this.#options.valueOf(slot)));
    if (TEXTS.has(column.spec.type)) {
      const pattern = new RegExp(source, 'i');
      return { [field]: holds ? { $regex: pattern } : { $not: pattern, $ne: null } };
    }
    const found = { $regexMatch: { input: { $toString: `$${field}` }, regex: source, options: 'i' } };
    return { [field]: { $ne: null }, $expr: holds ? found : { $not: [found] } };
  }

  /** A relation that always leads somewhere is joined; of any other, it is looked whether something is there. */
  #related({ relation, item }: Extract<Condition, { kind: 'related' }>, path: string, holds: boolean): Document {
    const always = this.#options.joins !== false && relation.kind === 'belongsTo' && relation.column.spec.nullable !== true;
    if (always) return this.filter(item, this.join(path, relation), holds);
    this.#uses++;
    const as = this.#name('related');
    this.#stages.push(this.#lookup(relation, path, as, [...this.#within(relation, item), { $limit: 1 }, { $project: { _id: 1 } }]));
    return { [`${as}.0`]: { $exists: holds } };
  }

  /** The stages that keep those behind a relation that meet a condition. */
  #within(relation: RelationLayout, item: Condition): Document[] {
    const alive = toAlive(relation);
    return new PipelineBuilder(this.#options).match([item], alive === undefined ? [] : [alive]);
  }

  #lookup(relation: RelationLayout, path: string, as: string, pipeline: readonly Document[]): Document {
    const { target } = relation;
    if (relation.kind === 'manyToMany') return this.#lookupPairs(relation, path, as, pipeline);
    const [localField, foreignField] =
      relation.kind === 'belongsTo' ? [relation.column.column, target.key.column] : [relation.source.key.column, relation.column.column];
    return { $lookup: { from: target.table, localField: `${path}${localField}`, foreignField, ...(pipeline.length === 0 ? {} : { pipeline }), as } };
  }

  #lookupPairs({ pivot, source, target }: PairLayout, path: string, as: string, pipeline: readonly Document[]): Document {
    const other = { from: target.table, localField: pivot.targetColumn, foreignField: target.key.column, as: '__target' };
    const through = [{ $lookup: other }, { $unwind: '$__target' }, { $replaceRoot: { newRoot: '$__target' } }, ...pipeline];
    return { $lookup: { from: pivot.table, localField: `${path}${source.key.column}`, foreignField: pivot.sourceColumn, pipeline: through, as } };
  }

  #name(kind: string): string {
    return `__${kind}${this.#next++}`;
  }
}

/** Returns the filter that leaves out documents that are softly deleted, or those that are not. */
export function toTrashed({ softDeletes }: ModelLayout, trashed: Trashed): Document | undefined {
  if (!softDeletes || trashed === 'with') return undefined;
  return { deleted_at: trashed === 'only' ? { $ne: null } : { $eq: null } };
}

/** The reference of a document stays a fact when the other is softly deleted; lists and counts leave the deleted out. */
function toAlive({ kind, target }: RelationLayout): Document | undefined {
  return kind === 'belongsTo' ? undefined : toTrashed(target, 'without');
}

function toMatch(filters: readonly Document[]): Document[] {
  const filter = every(filters);
  return Object.keys(filter).length === 0 ? [] : [{ $match: filter }];
}

/** Joins filters that all have to hold. */
export function every(filters: readonly Document[]): Document {
  const own = filters.filter((filter) => Object.keys(filter).length > 0);
  const [first] = own;
  return own.length <= 1 ? (first ?? {}) : { $and: own };
}

function some(filters: readonly Document[]): Document {
  if (filters.some((filter) => Object.keys(filter).length === 0)) return {};
  const [first] = filters;
  return filters.length <= 1 ? (first ?? NEVER) : { $or: filters };
}
