/** Draws a description: as text for a terminal, as a Mermaid flowchart for a document. Source: https://mermaid.js.org/syntax/flowchart. */
import { type PlainDescription, roundMs } from './describe-application.ts';

/** Formats the boot order, the services and the hooks with their taps. */
export function formatGraph({ plugins, order, hooks, services, bootMs }: PlainDescription): string[] {
  const lifetimes = new Map(services.map(({ name, lifetime }) => [name, lifetime]));
  const width = Math.max(0, ...plugins.map(({ name }) => name.length));
  return [
    `Boot order (${roundMs(bootMs)} ms)`,
    ...plugins.flatMap(({ name, state, setupMs, provides }) => [
      `  ${name.padEnd(width)}  ${`${roundMs(setupMs)} ms`.padStart(9)}${state === 'running' ? '' : `  ${state}`}`,
      ...provides.map((service) => `    provides ${service} (${lifetimes.get(service) ?? 'not registered'})`),
      ...order.filter(({ after, because }) => after === name && !isLast(because)).map(({ before, because }) => `    after ${before}: ${because}`),
    ]),
    '',
    'Hooks, and who taps them in this order',
    ...hooks
      .filter(({ taps }) => taps.length > 0)
      .flatMap(({ name, declaredBy, taps }) => [
        `  ${name} ${declaredBy === undefined ? '(nobody declares it: it is never called)' : `of ${declaredBy}`}`,
        ...taps.map(({ plugin, bootMs: tapMs }) => `    ${plugin}${tapMs === 0 ? '' : `  ${roundMs(tapMs)} ms`}`),
      ]),
  ];
}

/** Formats the order as a Mermaid flowchart; an arrow points to the plugin that is set up later. */
export function formatMermaid({ plugins, order }: PlainDescription): string[] {
  const ids = new Map(plugins.map(({ name }, index) => [name, `p${index}`]));
  return [
    'flowchart LR',
    ...plugins.map(({ name, setupMs, state }) => `  ${ids.get(name)}["${quote(name)}<br/>${state === 'running' ? `${roundMs(setupMs)} ms` : state}"]`),
    ...order.filter(({ because }) => !isLast(because)).map(({ before, after, because }) => `  ${ids.get(before)} -->|"${quote(because)}"| ${ids.get(after)}`),
  ];
}

/** That the application comes last is true of every plugin, so it says nothing. */
function isLast(because: string): boolean {
  return because === 'the application comes last';
}

function quote(text: string): string {
  return text.replaceAll('"', '#quot;');
}
