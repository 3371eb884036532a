import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callOf, commandsIn, commandsOnPage } from './commands';

const ROOT = join(__dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

describe('The documents', () => {
  const found = PAGES.map((page) => [page, commandsOnPage(readFileSync(join(ROOT, page), 'utf8'))] as const);

  test.each(found.filter(([, commands]) => commands.length > 0))(
    'hold commands that exist, with flags that these have: %s',
    (_page, commands) => {
      for (const words of commands) expect(callOf(words).words).toBe(words);
    },
  );

  test('leave no command of theirs unread', () => {
    const lines = (name: string) =>
      readFileSync(join(ROOT, name), 'utf8')
        .split('\n')
        .filter((line) => /^ *(kubectl|gcloud) /.test(line)).length;
    for (const [page, commands] of found) expect([page, commands.length >= lines(page)]).toEqual([page, true]);
    expect(found.flatMap(([, commands]) => commands).length).toBeGreaterThan(80);
  });
});

describe('A command', () => {
  test.each([
    [
      'for claim in $(kubectl --context "$CONTEXT" get pvc -o name); do',
      [['kubectl', '--context', '$CONTEXT', 'get', 'pvc', '-o', 'name']],
    ],
    [
      'kubectl logs $(kubectl get pod -l a=b -o name | head -1) | grep x',
      [
        ['kubectl', 'logs', '$(kubectl get pod -l a=b -o name | head -1)'],
        ['kubectl', 'get', 'pod', '-l', 'a=b', '-o', 'name'],
      ],
    ],
    [
      "kubectl get pod -o 'jsonpath={.a} {.b|c;d}'   # so?",
      [['kubectl', 'get', 'pod', '-o', 'jsonpath={.a} {.b|c;d}']],
    ],
    [
      'kubectl diff -f a && kubectl apply -f a > b',
      [
        ['kubectl', 'diff', '-f', 'a'],
        ['kubectl', 'apply', '-f', 'a'],
      ],
    ],
    ['kubectl get \\\n  pod', [['kubectl', 'get', 'pod']]],
  ])('is taken apart as a shell does: %s', (text, words) => {
    expect(commandsIn(text)).toEqual(words);
  });

  test.each([
    ['a subcommand that is none', 'kubectl got pod', 'no such subcommand'],
    ['a subcommand of rollout that is none', 'kubectl rollout retry deployment/chat', 'no such subcommand'],
    ['a flag that is none', 'kubectl get pod --colour', '--colour is no flag of kubectl get'],
    ['a flag of another subcommand', 'kubectl rollout undo deployment/chat --timeout=5s', '--timeout is no flag'],
    ['a flag without its value', 'kubectl rollout status deployment/chat --timeout', '--timeout has no value'],
    ['a kind that is none', 'kubectl get deployment,servce', 'servce is no kind'],
    ['nothing to look at', 'kubectl describe', 'of what?'],
    ['half a selector', 'kubectl get pod -l app=chat,tier', 'selects nothing'],
    ['a group of gcloud that is none', 'gcloud compute adresses create a', 'no such subcommand'],
    ['a flag of gcloud that is none', 'gcloud compute addresses create a --globally', '--globally is no flag'],
    ['a quote that is not closed', "kubectl get pod -o 'name", 'not closed'],
  ])('is refused for %s', (_what, text, why) => {
    expect(() => commandsIn(text).map(callOf)).toThrow(why);
    expect(() => commandsOnPage(`\`\`\`sh\n${text}\n\`\`\`\n`).map(callOf)).toThrow(why);
  });
});
