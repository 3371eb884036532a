import { Problems } from '../../lib/input';
import { ConfigReader, count, flag, object, text, texts } from '../../lib/pulumi';

function read<T>(values: Record<string, string>, step: (reader: ConfigReader) => T, secretKeys: string[] = []) {
  const problems = new Problems();
  const value = step(new ConfigReader(problems, { values, secretKeys }));
  return { value, problems: problems.found };
}

test.each<[string, unknown, (reader: ConfigReader) => unknown]>([
  ['text', 'a', (reader) => reader.optional('app:a', text)],
  ['true', true, (reader) => reader.optional('app:true', flag)],
  ['false', false, (reader) => reader.optional('app:false', flag)],
  ['a number', 7, (reader) => reader.optional('app:seven', count)],
  ['a list', ['a', 'b'], (reader) => reader.optional('app:list', texts)],
  ['an object', { zone: 'z', ttl: 60 }, (reader) => reader.optional('app:object', object({ zone: text, ttl: count }))],
  ['nothing', undefined, (reader) => reader.optional('app:none', text)],
])('Reads %s', (_what, expected, step) => {
  const values = {
    'app:a': 'a',
    'app:true': 'true',
    'app:false': 'false',
    'app:seven': '7',
    'app:list': '["a","b"]',
    'app:object': '{"zone":"z","ttl":60}',
  };
  expect(read(values, step)).toEqual({ value: expected, problems: [] });
});

test.each<[string, string, (reader: ConfigReader) => unknown, string]>([
  [
    'a flag that is text',
    'yes',
    (reader) => reader.optional('app:a', flag),
    'app:a: "yes" is neither true nor false; run: pulumi config set app:a <true or false>',
  ],
  [
    'a number that is text',
    'seven',
    (reader) => reader.optional('app:a', count),
    'app:a: "seven" is not a number; run: pulumi config set app:a <number>',
  ],
  [
    'a list that is text',
    'a',
    (reader) => reader.optional('app:a', texts),
    'app:a: "a" is not a list; run: pulumi config rm app:a, and: pulumi config set --path \'app:a[0]\' <value>',
  ],
  [
    'a list of numbers',
    '[1]',
    (reader) => reader.optional('app:a', texts),
    "app:a[0]: 1 is not text; run: pulumi config set --type string --path 'app:a[0]' <text>",
  ],
  [
    'empty text',
    '',
    (reader) => reader.optional('app:a', text),
    'app:a: "" is empty; run: pulumi config set app:a <text>',
  ],
  [
    'text of two lines',
    'a\nb',
    (reader) => reader.optional('app:a', text),
    'app:a: "a\\nb" has a line break, or another character that is not shown; run: pulumi config set app:a <text>',
  ],
  [
    'text that a terminal obeys',
    'a\u001b[2Jb',
    (reader) => reader.optional('app:a', text),
    'app:a: "a\\u001b[2Jb" has a line break, or another character that is not shown; run: pulumi config set app:a <text>',
  ],
  [
    'text that ends with a blank',
    'a ',
    (reader) => reader.optional('app:a', text),
    'app:a: "a " begins or ends with a blank; run: pulumi config set app:a <text>',
  ],
  [
    'nothing but blanks',
    '  ',
    (reader) => reader.optional('app:a', text),
    'app:a: "  " begins or ends with a blank; run: pulumi config set app:a <text>',
  ],
  [
    'text of a megabyte',
    'a'.repeat(1e6),
    (reader) => reader.optional('app:a', text),
    `app:a: "${'a'.repeat(76)}… is 1000000 characters long; at most 1000 are used; run: pulumi config set app:a <text>`,
  ],
  [
    'a number in a structure',
    '{"zone":123}',
    (reader) => reader.optional('app:a', object({ zone: text })),
    'app:a.zone: 123 is not text; run: pulumi config set --type string --path app:a.zone <text>',
  ],
  [
    'a secret that is empty',
    ' ',
    (reader) => reader.secret('app:a'),
    'app:a: is empty; run: pulumi config set --secret app:a, or: pulumi config rm app:a',
  ],
  [
    'a list for an object',
    '[]',
    (reader) => reader.optional('app:a', object({ zone: text })),
    'app:a: [] is not an object with zone; run: pulumi config rm app:a, and: pulumi config set --path app:a.zone <value>',
  ],
  [
    'a field named like one of every object',
    '{"toString":"a"}',
    (reader) => reader.optional('app:a', object({ zone: text })),
    'app:a.toString: is unknown; the fields are zone',
  ],
  [
    'a secret in plain text',
    'a',
    (reader) => reader.secret('app:a'),
    'app:a: is stored in plain text, where everybody can read it; run: pulumi config set --secret app:a',
  ],
])('Fails for %s', (_what, value, step, sentence) => {
  expect(read({ 'app:a': value }, step).problems).toEqual([sentence]);
});

test('Fails for what is required and not there, and for what is there and not known', () => {
  const { problems } = read({ 'app:typo': 'a', 'other:key': 'b' }, (reader) => {
    reader.required('app:name', text, 'chat');
    reader.refuseUnknown('app');
  });
  expect(problems).toEqual([
    'app:name: is not set; run: pulumi config set app:name chat',
    "app:typo: is unknown; the keys are app:name; to take it out, run: pulumi config rm 'app:typo'",
  ]);
});

test('Fails for a field and an item that were set without --path, with the commands that set them', () => {
  const { problems } = read({ 'app:dns.zone': 'z', 'app:emails[0]': 'a' }, (reader) => {
    reader.optional('app:dns', object({ zone: text }));
    reader.optional('app:emails', texts);
    reader.refuseUnknown('app');
  });
  expect(problems).toEqual([
    "app:dns.zone: is one name, and no part of app:dns, as it was set without --path; run: pulumi config rm 'app:dns.zone', and: pulumi config set --path app:dns.zone <value>",
    "app:emails[0]: is one name, and no part of app:emails, as it was set without --path; run: pulumi config rm 'app:emails[0]', and: pulumi config set --path 'app:emails[0]' <value>",
  ]);
});

test('Reads a secret that is stored as one', () => {
  expect(read({ 'app:a': 'a' }, (reader) => reader.secret('app:a'), ['app:a'])).toEqual({ value: 'a', problems: [] });
});
