/** mingo with all of its operators, and with ours in the place of those that know too few types. */
import { Context } from 'mingo/core';
import * as accumulatorOperators from 'mingo/operators/accumulator';
import * as expressionOperators from 'mingo/operators/expression';
import * as pipelineOperators from 'mingo/operators/pipeline';
import * as projectionOperators from 'mingo/operators/projection';
import * as queryOperators from 'mingo/operators/query';
import * as windowOperators from 'mingo/operators/window';
import { accumulators, arithmetic, withDates } from './arithmetic.ts';
import { $group, $groupKey } from './group.ts';
import { $lookup } from './join.ts';
import { conversions } from './conversions.ts';
import { $setWindowFields } from './window.ts';
import { $sort, expressionComparisons, queryComparisons, withCodePoints, withEqualNumbers } from './comparisons.ts';

const { $add, $subtract } = expressionOperators;
const { $all, $regex } = queryOperators;

/** mingo's type wants operators that return narrower types than those which it takes. */
type Operators = NonNullable<Parameters<typeof Context.init>[0]>;

/** The operators of filters, pipelines and updates. */
export const context = Context.init({
  accumulator: { ...accumulatorOperators, ...accumulators },
  expression: {
    ...expressionOperators,
    ...expressionComparisons,
    ...arithmetic,
    ...conversions,
    $groupKey,
    $add: withDates($add, 1),
    $subtract: withDates($subtract, -1),
  },
  pipeline: { ...pipelineOperators, $sort, $group, $lookup, $setWindowFields },
  projection: { ...projectionOperators },
  query: { ...queryOperators, ...queryComparisons, $all: withEqualNumbers($all), $regex: withCodePoints($regex) },
  window: { ...windowOperators },
} as unknown as Operators);
