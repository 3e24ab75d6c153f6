import { describe, expect, it } from 'vitest';
import { formatGraph, formatMermaid } from '../../../plugins/cli/src/inspect/format-graph.ts';
import { DESCRIPTION } from '../support/description.ts';

describe('formatGraph', () => {
  it('shows the order with its reasons, the services and who taps what', () => {
    expect(formatGraph(DESCRIPTION).join('\n')).toBe(
      [
        'Boot order (12.3 ms)',
        '  config          1.3 ms',
        '  orm             1.3 ms',
        '    provides orm (scoped)',
        '    after config: after: "config"',
        '  auth            1.3 ms',
        '    provides auth (not registered)',
        '    after orm: service "orm"',
        '  admin           1.3 ms  failed',
        '    after auth: service "auth"',
        '    after orm: optional service "orm"',
        '  http            1.3 ms',
        '  application     1.3 ms',
        '',
        'Hooks, and who taps them in this order',
        '  http:routes of http',
        '    auth  2 ms',
        '    admin',
        '  http:rotues (nobody declares it: it is never called)',
        '    application',
        '  xyz:unheard (nobody declares it: it is never called)',
        '    auth',
      ].join('\n'),
    );
  });
});

describe('formatMermaid', () => {
  it('draws an arrow for each reason', () => {
    expect(formatMermaid(DESCRIPTION)).toEqual([
      'flowchart LR',
      '  p0["config<br/>1.3 ms"]',
      '  p1["orm<br/>1.3 ms"]',
      '  p2["auth<br/>1.3 ms"]',
      '  p3["admin<br/>failed"]',
      '  p4["http<br/>1.3 ms"]',
      '  p5["application<br/>1.3 ms"]',
      '  p0 -->|"after: #quot;config#quot;"| p1',
      '  p1 -->|"service #quot;orm#quot;"| p2',
      '  p2 -->|"service #quot;auth#quot;"| p3',
      '  p1 -->|"optional service #quot;orm#quot;"| p3',
    ]);
  });
});
