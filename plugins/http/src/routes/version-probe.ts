/** Finds out, for a path that no route answers, whether it would exist in another version: `/v9/articles`. */
import { listVariants, type PathSegment } from './path-pattern.ts';
import type { Route } from './route.ts';
import { RouteTree } from './route-tree.ts';
import { compareVersions } from './versioning.ts';

/** Knows paths with their version left open. */
export interface VersionProbe {
  /** Returns the version that a path names; `undefined` when it is none that could have one. */
  askedIn(path: string): string | undefined;
  /** Lists the versions that have the path, in their order. */
  listVersions(path: string): readonly string[];
}

/** Another name than any that a path may declare. */
const VERSION_NAME = 'the version';

/** Creates the probe, or returns `undefined` when no route has a version. */
export function createVersionProbe(routes: readonly Route[], prefix: string): VersionProbe | undefined {
  const tree = new RouteTree<Set<string>>();
  let isEmpty = true;
  for (const { version, segments, host } of routes) {
    if (version === undefined || host !== undefined) continue;
    const index = segments.findIndex((segment) => segment.kind === 'text' && segment.text === prefix + version);
    if (index === -1) continue;
    isEmpty = false;
    const versions = new Set([version]);
    for (const variant of listVariants(segments.with(index, toOpenSegment(prefix)))) tree.add(variant, versions)?.add(version);
  }
  if (isEmpty) return undefined;
  return {
    askedIn: (path) => tree.find(path)?.params[VERSION_NAME],
    listVersions: (path) => [...(tree.find(path)?.value ?? [])].toSorted(compareVersions),
  };
}

function toOpenSegment(prefix: string): PathSegment {
  const param = { kind: 'param', name: VERSION_NAME } as const;
  return prefix === '' ? param : { kind: 'mixed', parts: [{ kind: 'text', text: prefix }, param] };
}
