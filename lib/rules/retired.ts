/** Codes of rules that are gone. A code is never used again: suppressions and search results would mean something else. */
export const RETIRED: readonly { readonly code: string; readonly because: string }[] = [];
