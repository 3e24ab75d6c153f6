/**
 * Matches one decoded segment that is more than a single free parameter. Of several ways to divide a segment among its
 * parameters the first that fits counts, where each parameter takes as much as it can, from the left.
 */
import type { ParamPart, TextPart } from './path-pattern.ts';
import { Automaton, DEAD, START } from './language/automaton.ts';
import { ANY_TEXT } from './language/expression.ts';

/** Appends the values of the parameters to `values` when the segment fits; otherwise leaves `values` as it is. */
export type SegmentMatcher = (segment: string, values: string[]) => boolean;

/** Dividing takes time with the square of the length, so what is longer does not match. */
const GREATEST_DIVIDED_LENGTH = 255;

/** Creates the matcher of a segment's parts. */
export function createSegmentMatcher(parts: readonly (TextPart | ParamPart)[]): SegmentMatcher {
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'param') {
    const automaton = only.constraint?.automaton ?? new Automaton(ANY_TEXT);
    return (segment, values) => {
      if (!automaton.matches(segment)) return false;
      values.push(segment);
      return true;
    };
  }
  const steps = parts.map((part): Step => (part.kind === 'text' ? part.text : (part.constraint?.automaton ?? new Automaton(ANY_TEXT))));
  return (segment, values) => {
    if (segment.length > GREATEST_DIVIDED_LENGTH) return false;
    const found: string[] = [];
    if (!divide({ steps, segment, found, failed: new Set() }, 0, 0)) return false;
    values.push(...found.toReversed());
    return true;
  };
}

/** Text that must stand there, or the automaton of a parameter. */
type Step = string | Automaton;

interface Division {
  readonly steps: readonly Step[];
  readonly segment: string;
  /** The values, the last one first. */
  readonly found: string[];
  /** Step and position from which nothing fits, so that none is tried twice. */
  readonly failed: Set<number>;
}

function divide(division: Division, index: number, start: number): boolean {
  const { steps, segment, found, failed } = division;
  const step = steps[index];
  if (step === undefined) return start === segment.length;
  if (typeof step === 'string') return segment.startsWith(step, start) && divide(division, index + 1, start + step.length);
  const key = index * (GREATEST_DIVIDED_LENGTH + 1) + start;
  if (failed.has(key)) return false;
  for (const end of listEnds(step, segment, start)) {
    if (!divide(division, index + 1, end)) continue;
    found.push(segment.slice(start, end));
    return true;
  }
  failed.add(key);
  return false;
}

/** Lists where a value that begins at `start` may end, the farthest first. */
function listEnds(automaton: Automaton, segment: string, start: number): readonly number[] {
  const ends: number[] = [];
  let state = START;
  for (let index = start; index < segment.length; index++) {
    state = automaton.step(state, segment.charCodeAt(index));
    if (state === DEAD) break;
    if (automaton.accepts(state)) ends.push(index + 1);
  }
  return ends.toReversed();
}
