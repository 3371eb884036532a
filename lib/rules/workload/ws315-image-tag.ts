import { textOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { containersOf } from '../../system/pod';
import type { Rule } from '../rule';

export const ws315: Rule = {
  code: 'WS315',
  level: 'warning',
  title: 'images have a fixed version',
  story:
    'A pod that is replaced at night runs other code than its neighbours, and clients that change pods speak another protocol.',
  why: 'latest, or no tag at all, is whatever was pushed last when the pod was made; a rollback brings nothing back.',
  fix: 'Name a tag or a digest.',
  source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      for (const { value, path, name } of containersOf(workload)) {
        const image = textOf(value.image);
        const last = image?.slice(image.lastIndexOf('/') + 1);
        if (image === undefined || last === undefined || (/[:@]/.test(last) && !/:latest$/.test(last))) continue;
        yield {
          object: workload,
          path: [...path, 'image'],
          actual: `container ${name} runs "${image}"`,
          expected: 'a tag or digest that does not move',
          fix: `write "${image.replace(/:latest$/, '')}:<version>"`,
        };
      }
    }
  },
};
