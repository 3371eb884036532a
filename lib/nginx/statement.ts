/** One directive without its semicolon, a comment line that starts with `#`, an empty line, or a block. */
export type Statement = string | Block;

/** A directive with a body in braces. */
export interface Block {
  readonly head: string;
  readonly body: readonly Statement[];
}

/** A block such as `location = /health { … }`. */
export function block(head: string, ...body: readonly (Statement | readonly Statement[])[]): Block {
  return { head, body: body.flat() };
}

/** The text of a list of statements: two spaces for each level, one statement on a line. */
export function print(statements: readonly Statement[], indent = ''): string {
  return statements.map((statement) => printOne(statement, indent)).join('');
}

function printOne(statement: Statement, indent: string): string {
  if (typeof statement !== 'string') {
    return `${indent}${statement.head} {\n${print(statement.body, `${indent}  `)}${indent}}\n`;
  }
  if (statement === '') return '\n';
  return statement.startsWith('#') ? `${indent}${statement}\n` : `${indent}${statement};\n`;
}
