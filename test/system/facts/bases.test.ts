import type { Manifest } from '../../../lib/manifest';
import { BASES } from '../../rules/faults/bases';
import { factsWithout } from './without';

const FIRST = 'foreign GKE';
const said = (manifest: Manifest) => JSON.stringify(manifest);
const KNOWN = new Set(BASES[FIRST].manifests.map(said));

test(`what is read of a chat behind ${FIRST}, and what a field makes of it`, () => {
  expect(factsWithout(BASES[FIRST].manifests)).toMatchSnapshot();
});

// What is the same behind each balancer is changed behind the first one only.
const OTHERS = Object.entries(BASES).filter(([name, { own }]) => name !== FIRST && !own);

test.each(OTHERS)('what is read of a chat behind %s, and what a field makes of it', (_name, { manifests }) => {
  const [same, different] = [true, false].map((is) => manifests.filter((one) => KNOWN.has(said(one)) === is));
  expect(factsWithout(different as Manifest[], same)).toMatchSnapshot();
});
