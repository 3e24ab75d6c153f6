/** The support matrix: what each driver does, as the cases of the contract declare it and the suites of the drivers prove it. */
import { CONTRACT_DRIVERS, type ContractDriver, type ContractFeature, type Difference } from './contract-case.ts';

const TITLES: Readonly<Record<ContractDriver, string>> = { sqlite: 'SQLite', postgresql: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB', mongodb: 'MongoDB' };
const BEGIN = '<!-- The matrix is written by "npm run docs:matrix". -->';
const END = '<!-- The end of the matrix. -->';

/** Writes the matrix as Markdown: a row for each feature, and the numbers of what differs below. */
export function formatMatrix(features: readonly ContractFeature[]): string {
  const notes = new Map<string, number>();
  const toNumber = (reason: string): number => {
    const number = notes.get(reason) ?? notes.size + 1;
    notes.set(reason, number);
    return number;
  };
  const toCell = (feature: ContractFeature, driver: ContractDriver): string => {
    const differences = listDifferences(feature, driver);
    const isRefused = differences.length > 0 && differences.every((difference) => difference?.refused === true);
    const numbers = new Set(differences.flatMap((difference) => (difference === undefined ? [] : toNumber(difference.reason))));
    return [isRefused ? 'no' : 'yes', ...[...numbers].toSorted((left, right) => left - right).map((number) => `(${number})`)].join(' ');
  };
  const rows = features.map((feature) => [feature.name, String(feature.cases.length), ...CONTRACT_DRIVERS.map((driver) => toCell(feature, driver))]);
  const count = features.reduce((sum, { cases }) => sum + cases.length, 0);
  const lines = [
    ['', 'cases', ...CONTRACT_DRIVERS.map((driver) => TITLES[driver])],
    ['---', '---', ...CONTRACT_DRIVERS.map(() => '---')],
    ...rows,
    ['all', String(count), ...CONTRACT_DRIVERS.map((driver) => `${countAlike(features, driver)} alike`)],
  ];
  return [...lines.map((cells) => `| ${cells.join(' | ')} |`), '', ...[...notes].map(([reason, number]) => `${number}. ${toSentence(reason)}`)].join('\n');
}

/**
 * Returns a text with another matrix between its markers.
 * @throws {Error} when it does not have the markers.
 */
export function replaceMatrix(text: string, matrix: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`The guide needs the lines ${BEGIN} and ${END}; between them the matrix is written.`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${matrix}\n\n${text.slice(end)}`;
}

/** Counts the cases that a driver keeps as they are. */
function countAlike(features: readonly ContractFeature[], driver: ContractDriver): number {
  return features.flatMap((feature) => listDifferences(feature, driver)).filter((difference) => difference === undefined).length;
}

/** Returns how each case of a feature differs on a driver; `undefined`: not at all. */
function listDifferences({ cases, differs }: ContractFeature, driver: ContractDriver): readonly (Pick<Difference, 'reason' | 'refused'> | undefined)[] {
  return cases.map((each) => differs[driver] ?? each.differs[driver]);
}

function toSentence(reason: string): string {
  return `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`;
}
