/** Is there something in a text that is filled in before anybody applies it: `${DOMAIN}`, `$(DOMAIN)`, `{{ domain }}`? */
export function hasPlaceholder(text: string): boolean {
  return /\$[({A-Za-z_]|\{\{/.test(text);
}
