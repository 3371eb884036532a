import { block, type Statement } from './statement';

/** What no text holds, apart from tabs and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Reads directives by nginx's own grammar: words, quotes, comments, semicolons and braces. Words stay as they are written, quotes included; comments are left out.
 *
 * @throws {Error} with what nginx would not take
 */
export function parseStatements(text: string): Statement[] {
  const control = CONTROL.exec(text)?.[0];
  if (control !== undefined) throw new Error(`${JSON.stringify(control)} is a control character`);
  const tokens = tokenize(text);
  let at = 0;
  const list = (inside: boolean): Statement[] => {
    const found: Statement[] = [];
    for (;;) {
      const words: string[] = [];
      while (tokens[at]?.kind === 'word') {
        words.push((tokens[at] as Token).text);
        at += 1;
      }
      const end = tokens[at];
      const directive = words.join(' ');
      if (end === undefined) {
        if (words.length > 0) throw new Error(`${directive} does not end with ";"`);
        if (inside) throw new Error('a "{" is never closed');
        return found;
      }
      at += 1;
      if (end.text === '}') {
        if (words.length > 0) throw new Error(`${directive} does not end with ";"`);
        if (!inside) throw new Error('a "}" closes nothing');
        return found;
      }
      if (words.length === 0) throw new Error(`a "${end.text}" follows no directive`);
      found.push(end.text === ';' ? directive : block(directive, list(true)));
    }
  };
  return list(false);
}

interface Token {
  readonly kind: 'word' | 'end';
  readonly text: string;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const skipped = /^(?:\s+|#[^\n]*)/.exec(rest)?.[0];
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const end = /^[;{}]/.exec(rest)?.[0];
    const quoted = /^(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/s.exec(rest)?.[0];
    if (quoted === undefined && /^["']/.test(rest)) throw new Error(`a quote never ends: ${rest.slice(0, 20)}`);
    if (quoted !== undefined && !/^[\s;{)]/.test(rest.slice(quoted.length) || ' ')) {
      throw new Error(`${quoted} is followed by ${rest[quoted.length]} without a space`);
    }
    const word = quoted ?? /^(?:\\.|\$\{|[^\s;{\\])+/s.exec(rest)?.[0] ?? rest;
    tokens.push(end === undefined ? { kind: 'word', text: word } : { kind: 'end', text: end });
    at += (end ?? word).length;
  }
  return tokens;
}
