/** Compares segments of patterns by the values they accept. Costs time, so only while the application boots. */
import { Automaton } from './language/automaton.ts';
import { compareAutomata, type Relation } from './language/compare-automata.ts';
import { ANY_TEXT, type Expression, textExpression } from './language/expression.ts';
import type { ParamPart, PathSegment, TextPart } from './path-pattern.ts';

/** Knows the automata of segments, and how they relate. */
export class SegmentLanguages {
  readonly #automata = new Map<string, Automaton>();
  readonly #relations = new Map<string, Relation>();

  /** Returns the automaton of the values that a segment accepts; that of a rest accepts one segment of it. */
  of(segment: PathSegment): Automaton {
    const key = toSegmentKey(segment);
    let automaton = this.#automata.get(key);
    if (automaton === undefined) this.#automata.set(key, (automaton = toAutomaton(segment)));
    return automaton;
  }

  /** Compares two segments; a rest counts as one free segment. */
  relate(left: PathSegment, right: PathSegment): Relation {
    const leftKey = toSegmentKey(left);
    const rightKey = toSegmentKey(right);
    if (leftKey === rightKey) return 'equal';
    if (left.kind === 'text' && right.kind === 'text') return 'apart';
    const key = `${leftKey}/${rightKey}`;
    let relation = this.#relations.get(key);
    if (relation === undefined) this.#relations.set(key, (relation = compareAutomata(this.of(left), this.of(right))));
    return relation;
  }
}

/** Returns a key that segments share when they are matched in the same way, whatever their parameters are called. */
export function toSegmentKey(segment: PathSegment): string {
  switch (segment.kind) {
    case 'text':
      return `=${segment.text}`;
    case 'param':
      return toPartKey(segment);
    case 'mixed':
      return segment.parts.map(toPartKey).join('');
    default:
      return ':';
  }
}

function toPartKey(part: TextPart | ParamPart): string {
  if (part.kind === 'text') return `=${part.text}`;
  return part.constraint === undefined ? ':' : `:{${part.constraint.key}}`;
}

function toAutomaton(segment: PathSegment): Automaton {
  if (segment.kind === 'param') return segment.constraint?.automaton ?? new Automaton(ANY_TEXT);
  return new Automaton(toExpression(segment));
}

function toExpression(segment: PathSegment): Expression {
  if (segment.kind === 'text') return textExpression(segment.text);
  if (segment.kind !== 'mixed') return ANY_TEXT;
  const items = segment.parts.map((part) => (part.kind === 'text' ? textExpression(part.text) : (part.constraint?.expression ?? ANY_TEXT)));
  return { kind: 'sequence', items };
}
