/**
 * Deterministic automata: a value is read once, one step for each character, so no constraint can be slow on any value.
 * They are also what lets the boot prove things about routes: which constraint is narrower, which two overlap.
 * Source: K. Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968; subset construction after Rabin and Scott, 1959.
 */
import { type CodeRange, type Expression, ExpressionSyntaxError, LAST_CODE } from './expression.ts';

/** The state from which nothing is accepted any more. */
export const DEAD = -1;
/** The state before the first character. */
export const START = 0;

const GREATEST_NODE_COUNT = 2_000;
const GREATEST_STATE_COUNT = 500;
const ASCII_COUNT = 128;

/** Recognises the values of one expression. */
export class Automaton {
  /** Where classes of characters begin, ascending; the first is 0. Within a class all characters lead to the same state. */
  readonly cuts: readonly number[];
  readonly #classCount: number;
  readonly #ascii: Uint16Array;
  readonly #table: Int16Array;
  readonly #accepting: Uint8Array;

  /** @throws {ExpressionSyntaxError} when the automaton would be unreasonably large. */
  constructor(expression: Expression) {
    const nodes = new NodeList();
    const end = nodes.add();
    const start = nodes.connect(expression, end);
    this.cuts = findCuts(nodes);
    this.#classCount = this.cuts.length;
    this.#ascii = Uint16Array.from({ length: ASCII_COUNT }, (_, code) => this.#search(code));
    const { table, accepting } = determinize(nodes, { start, end, cuts: this.cuts });
    this.#table = Int16Array.from(table);
    this.#accepting = Uint8Array.from(accepting);
  }

  /** Tells whether the whole of `text` is accepted. */
  matches(text: string): boolean {
    let state = START;
    for (let index = 0; index < text.length; index++) {
      state = this.step(state, text.charCodeAt(index));
      if (state === DEAD) return false;
    }
    return this.#accepting[state] === 1;
  }

  /** Returns the state after one more character, or {@link DEAD}. */
  step(state: number, code: number): number {
    if (state === DEAD) return DEAD;
    const group = code < ASCII_COUNT ? (this.#ascii[code] ?? 0) : this.#search(code);
    return this.#table[state * this.#classCount + group] ?? DEAD;
  }

  /** Tells whether what was read up to `state` is accepted. */
  accepts(state: number): boolean {
    return this.#accepting[state] === 1;
  }

  #search(code: number): number {
    let low = 0;
    let high = this.cuts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.cuts[middle] ?? 0) <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The nodes of a non-deterministic automaton; each has one step over characters, or steps over nothing. */
class NodeList {
  readonly ranges: (readonly CodeRange[] | undefined)[] = [];
  readonly targets: number[][] = [];

  add(targets: number[] = [], ranges?: readonly CodeRange[]): number {
    if (this.targets.length >= GREATEST_NODE_COUNT) throw new ExpressionSyntaxError('it is too large: count and nest less');
    this.ranges.push(ranges);
    return this.targets.push(targets) - 1;
  }

  /** Adds an expression that goes on to `next`; returns where it begins. */
  connect(expression: Expression, next: number): number {
    switch (expression.kind) {
      case 'set':
        return this.add([next], expression.ranges);
      case 'sequence':
        return expression.items.reduceRight((after, item) => this.connect(item, after), next);
      case 'choice':
        return this.add(expression.items.map((item) => this.connect(item, next)));
      default:
        return this.#connectRepeated(expression, next);
    }
  }

  #connectRepeated({ item, min, max }: Extract<Expression, { kind: 'repeat' }>, next: number): number {
    let start = next;
    if (max === Infinity) {
      const loop = this.add([next]);
      this.targets[loop]?.push(this.connect(item, loop));
      start = loop;
    } else {
      for (let count = min; count < max; count++) start = this.add([next, this.connect(item, start)]);
    }
    for (let count = 0; count < min; count++) start = this.connect(item, start);
    return start;
  }
}

function findCuts(nodes: NodeList): number[] {
  const cuts = new Set([0]);
  for (const [first, last] of nodes.ranges.flatMap((ranges) => ranges ?? [])) cuts.add(first).add(last + 1);
  cuts.delete(LAST_CODE + 1);
  return [...cuts].toSorted((left, right) => left - right);
}

function determinize(nodes: NodeList, { start, end, cuts }: { start: number; end: number; cuts: readonly number[] }): { table: number[]; accepting: number[] } {
  const states: (readonly number[])[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (members: readonly number[]): number => {
    if (members.length === 0) return DEAD;
    const key = members.join(' ');
    let index = indexes.get(key);
    if (index === undefined) {
      if (states.length >= GREATEST_STATE_COUNT) throw new ExpressionSyntaxError('it is too large: count and nest less');
      indexes.set(key, (index = states.push(members) - 1));
    }
    return index;
  };
  const table: number[] = [];
  indexOf(closeOver(nodes, [start]));
  for (let state = 0; state < states.length; state++) {
    const members = states[state] ?? [];
    for (const code of cuts) {
      const targets = members.flatMap((node) =>
        nodes.ranges[node]?.some(([first, last]) => first <= code && code <= last) === true ? (nodes.targets[node] ?? []) : [],
      );
      table.push(indexOf(closeOver(nodes, targets)));
    }
  }
  return { table, accepting: states.map((members) => (members.includes(end) ? 1 : 0)) };
}

/** Follows the steps over nothing; the result is in ascending order. */
function closeOver(nodes: NodeList, from: readonly number[]): number[] {
  const reached = new Set(from);
  for (const node of reached) {
    if (nodes.ranges[node] !== undefined) continue;
    for (const target of nodes.targets[node] ?? []) reached.add(target);
  }
  return [...reached].toSorted((left, right) => left - right);
}
