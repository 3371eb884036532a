/** A directive as nginx understands it: its words without their quotes, and its body when it has one. */
export interface Directive {
  readonly words: readonly string[];
  readonly body: readonly Directive[] | undefined;
}

/** Reads a configuration by nginx's own rules for quotes, comments, semicolons and braces. Throws where nginx would. */
export function parse(text: string): Directive[] {
  const tokens = tokenize(text);
  let at = 0;
  const list = (inside: boolean): Directive[] => {
    const found: Directive[] = [];
    for (;;) {
      const words: string[] = [];
      for (let token = tokens[at]; typeof token === 'object'; token = tokens[at]) {
        words.push(token.word);
        at += 1;
      }
      const end = tokens[at];
      at += 1;
      if (words.length === 0) {
        if (end !== (inside ? '}' : undefined)) throw new Error(`unexpected ${end}`);
        return found;
      }
      if (end === ';') found.push({ words, body: undefined });
      else if (end === '{') found.push({ words, body: list(true) });
      else throw new Error(`"${words.join(' ')}" does not end`);
    }
  };
  return list(false);
}

type Token = ';' | '{' | '}' | { readonly word: string };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] as string;
    if (/\s/.test(char)) at += 1;
    else if (char === '#') at = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at);
    else if (char === ';' || char === '{' || char === '}') {
      tokens.push(char);
      at += 1;
    } else if (char === '"' || char === "'") {
      let word = '';
      for (at += 1; text[at] !== char; at += 1) {
        if (at >= text.length) throw new Error('a quote does not end');
        if (text[at] === '\\') {
          word += text[at];
          at += 1;
        }
        word += text[at];
      }
      tokens.push({ word });
      at += 1;
    } else {
      const [word] = /^(?:\\.|\$\{|[^\s;{\\])+/s.exec(text.slice(at)) ?? [char];
      tokens.push({ word });
      at += word.length;
    }
  }
  return tokens;
}

/** The body of the one block that is found by following heads from the outside in, such as `http`, `server`, `location /api/`. */
export function bodyOf(text: string, ...heads: readonly string[]): readonly Directive[] {
  return heads.reduce<readonly Directive[]>((body, head) => {
    const found = body.filter(({ words, body }) => body !== undefined && words.join(' ') === head);
    if (found.length !== 1) throw new Error(`${found.length} blocks "${head}"`);
    return found[0]?.body ?? [];
  }, parse(text));
}

/** The values of each directive of one name. */
export function valuesOf(body: readonly Directive[], name: string): string[] {
  return body.filter(({ words }) => words[0] === name).map(({ words }) => words.slice(1).join(' '));
}
