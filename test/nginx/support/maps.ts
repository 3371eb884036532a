import { bodyOf } from './parse';

/** The value of a variable that a `map` of the configuration makes, by nginx's own order: an exact string, else the first pattern that matches, else the default. */
export function mapped(conf: string, variable: string, variables: Readonly<Record<string, string>>): string {
  const fill = (text: string) => text.replace(/\$(\w+)/g, (_all, name: string) => variables[name] ?? '');
  const [map, ...others] = bodyOf(conf, 'http').filter(
    ({ words }) => words[0] === 'map' && words[2] === `$${variable}`,
  );
  if (map?.body === undefined || others.length > 0) throw new Error(`${others.length + 1} maps make $${variable}`);
  const input = fill(map.words[1] ?? '');
  const entries = map.body.map(({ words }) => [words[0] ?? '', words[1] ?? ''] as const);
  const found =
    entries.find(([key]) => key === input && key !== 'default') ??
    entries.find(([key]) => key.startsWith('~') && new RegExp(key.slice(1)).test(input)) ??
    entries.find(([key]) => key === 'default');
  return fill(found?.[1] ?? '');
}
