/** Codes of rules that are gone. A code is never used again: suppressions and search results would mean something else. */
export const RETIRED: readonly { readonly code: string; readonly because: string }[] = [
  {
    code: 'WS122',
    because:
      'it asked that the timeout of a probe be below its period. The kubelet runs a probe in one loop, so checks never overlap: a slow answer delays the next question and counts once.',
  },
];
