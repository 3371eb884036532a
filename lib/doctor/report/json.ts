import { type Diagnosis, exitCode, type Named } from '../diagnose';
import { verdict } from './phases';
import { planJson } from './plan-text';

/** For programs: everything that is known. */
export function json(diagnosis: Diagnosis, { plan }: { readonly plan?: true | string } = {}): string {
  const { recording, observations, heartbeat, named, others, healthy, unexplained, notLooked, notes, couldNotLook } =
    diagnosis;
  const value = {
    version: 1,
    exitCode: exitCode(diagnosis),
    verdict: verdict(diagnosis),
    asked: recording.asked,
    ended: recording.ended,
    heartbeat: heartbeat ?? null,
    causes: named.map(({ cause, p, share, because, not, alike, rivals, look }) => ({
      code: cause.code,
      title: cause.title,
      probability: round(share),
      /** Of this one and all that look alike. */
      probabilityTogether: round(p),
      because: because.map(({ id, said, refs }) => ({ observation: id, said, evidence: refs })),
      not: not.map(({ cause: other, why }) => ({ code: other.code, title: other.title, why })),
      alike: alike.map(other),
      rivals: rivals.map(other),
      why: cause.why,
      fix: cause.fix,
      look,
      source: cause.source,
    })),
    others: others.map(({ cause, p, alike }) => ({
      code: cause.code,
      title: cause.title,
      probability: round(p),
      alike: alike.map(({ code }) => code),
    })),
    healthy: round(healthy),
    unexplained: unexplained.map(({ id }) => id),
    notLooked,
    notes,
    couldNotLook: couldNotLook ?? null,
    observations,
    ...(plan === undefined ? {} : { plan: planJson(diagnosis, plan === true ? undefined : plan) }),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

const round = (p: number) => Math.round(p * 10_000) / 10_000;

function other({ cause, share, by }: Named['alike'][number]): object {
  return { code: cause.code, title: cause.title, probability: round(share), wouldTell: by };
}
