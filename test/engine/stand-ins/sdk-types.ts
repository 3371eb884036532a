import * as fs from 'node:fs';
import { isRecord, type Json, UNKNOWN } from './properties';

/** The type of a value, as the SDK's declarations give it. */
export type Shape =
  | { readonly is: 'any' | 'string' | 'number' | 'boolean' }
  | { readonly is: 'list' | 'map'; readonly of: Shape }
  | { readonly is: 'named'; readonly name: string };

/** The fields of an object. */
export type Fields = Readonly<Record<string, { readonly shape: Shape; readonly required: boolean }>>;

/** Objects by name: the arguments of a resource by its type, what is within them by the name of its interface. */
export type TypeTable = Readonly<Record<string, Fields>>;

let table: TypeTable | undefined;

function known(): TypeTable {
  table ??= JSON.parse(fs.readFileSync(process.env.HOLDFAST_SDK_TYPES ?? '', 'utf8')) as TypeTable;
  return table;
}

/** What the SDK's compiler would say about the inputs of a resource; nothing about a type that the SDK does not know. */
export function checkInputs(
  provider: string,
  type: string,
  inputs: Json,
  types: TypeTable = known(),
): readonly string[] {
  const fields = types[type];
  if (fields === undefined)
    return provider === 'gcp' ? [`${type} is not in the table of types; name it in sdk-type-table.ts`] : [];
  return wrong(inputs, fields, types, '');
}

function wrong(value: Json, fields: Fields, types: TypeTable, path: string): readonly string[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(fields, name) && name !== '__defaults');
  const missing = Object.entries(fields).filter(([name, { required }]) => required && value[name] === undefined);
  return [
    ...unknown.map((name) => `${at(name)} is not a field that the SDK knows`),
    ...missing.map(([name]) => `${at(name)} is missing`),
    ...Object.entries(fields).flatMap(([name, { shape }]) =>
      value[name] === undefined ? [] : misfit(value[name], shape, types, at(name)),
    ),
  ];
}

function misfit(value: unknown, shape: Shape, types: TypeTable, path: string): readonly string[] {
  if (value === UNKNOWN || value === null) return [];
  switch (shape.is) {
    case 'any':
      return [];
    case 'list':
      if (!Array.isArray(value)) return [`${path} is not a list`];
      return value.flatMap((item, i) => misfit(item, shape.of, types, `${path}[${i}]`));
    case 'map':
      if (!isRecord(value)) return [`${path} is not an object`];
      return Object.entries(value).flatMap(([name, item]) => misfit(item, shape.of, types, `${path}.${name}`));
    case 'named': {
      if (!isRecord(value)) return [`${path} is not an object`];
      const fields = types[shape.name];
      return fields === undefined ? [] : wrong(value, fields, types, path);
    }
    default:
      return typeof value === shape.is ? [] : [`${path} is ${JSON.stringify(value)}, which is not a ${shape.is}`];
  }
}
