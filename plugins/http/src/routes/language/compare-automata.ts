/** Compares automata by reading all of them at once: which texts do they share, which does only one of them accept? */
import { type Automaton, DEAD, START } from './automaton.ts';
import { LAST_CODE } from './expression.ts';

/** How two automata relate, by the values they accept. */
export type Relation = 'equal' | 'narrower' | 'wider' | 'overlapping' | 'apart';

/** Above this the search is given up; automata of path parameters stay far below. */
const GREATEST_TUPLE_COUNT = 20_000;

/** Compares two automata. */
export function compareAutomata(left: Automaton, right: Automaton): Relation {
  let hasLeft = false;
  let hasRight = false;
  let hasBoth = false;
  for (const { accepted } of listExamples([left, right])) {
    const [isLeft = false, isRight = false] = accepted;
    if (isLeft && isRight) hasBoth = true;
    else if (isLeft) hasLeft = true;
    else if (isRight) hasRight = true;
  }
  if (!hasBoth) return 'apart';
  if (hasLeft) return hasRight ? 'overlapping' : 'wider';
  return hasRight ? 'narrower' : 'equal';
}

/** A text, and which of the automata accept it. */
export interface Example {
  readonly text: string;
  readonly accepted: readonly boolean[];
}

/**
 * Lists for each combination of automata that some text is accepted by, and by no other, one of the shortest such texts.
 * When there are too many states to look at, some combinations may be missing.
 */
export function listExamples(automata: readonly Automaton[]): readonly Example[] {
  const codes = findCodes(automata);
  const found = new Map<string, Example>();
  const start = automata.map(() => START);
  const seen = new Set([start.join(' ')]);
  const queue: { readonly states: readonly number[]; readonly text: string }[] = [{ states: start, text: '' }];
  for (const { states, text } of queue) {
    const accepted = states.map((state, index) => state !== DEAD && automata[index]?.accepts(state) === true);
    const key = accepted.join(' ');
    if (accepted.includes(true) && !found.has(key)) found.set(key, { text, accepted });
    for (const code of codes) {
      const next = states.map((state, index) => automata[index]?.step(state, code) ?? DEAD);
      const nextKey = next.join(' ');
      if (next.every((state) => state === DEAD) || seen.has(nextKey) || seen.size >= GREATEST_TUPLE_COUNT) continue;
      seen.add(nextKey);
      queue.push({ states: next, text: text + String.fromCharCode(code) });
    }
  }
  return [...found.values()];
}

/** One character for each class on which all automata agree, a visible one where there is one. */
function findCodes(automata: readonly Automaton[]): number[] {
  const cuts = [...new Set(automata.flatMap(({ cuts }) => cuts))].toSorted((left, right) => left - right);
  return cuts.map((first, index) => {
    const last = (cuts[index + 1] ?? LAST_CODE + 1) - 1;
    const preferred = ['~', '!', 'x', '0'].map((char) => char.charCodeAt(0)).find((code) => first <= code && code <= last);
    return preferred ?? first;
  });
}
