import { annotationsOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import type { Manifest } from '../../manifest/manifest';
import type { Controller } from '../entrance';
import { INGRESS } from '../route';
import { OWNERS } from './all';
import type { Owner } from './platform';

/**
 * Who takes a route: whoever has the class that it names. One that names none is taken by the controller that does so, or is meant for the only one
 * whose annotations it carries.
 */
export function controllerIn(bundle: Bundle, route: Manifest): Controller {
  const candidates = OWNERS.flatMap((owner) =>
    owner.owns.routes
      .filter(({ kind }) => kind === route.kind)
      .map((kind) => ({ owner, names: kind.classes(bundle, route) })),
  );
  const named = candidates.find(({ owner, names }) => names.some((name) => owner.owns.classes.test(name)))?.owner;
  if (named !== undefined) return belongsToRival(named, route) ? 'other' : named.kind;
  if (candidates.some(({ names }) => names.length > 0)) return 'other';
  const unclassed = candidates.find(({ owner }) => owner.owns.unclassed?.(bundle, route) === true)?.owner;
  if (unclassed !== undefined) return unclassed.kind;
  const [meant, ...others] = candidates.filter(({ owner }) => isAddressed(owner, route));
  return meant === undefined || others.length > 0 ? 'other' : meant.owner.kind;
}

/** Whose class an Ingress names with `name`. */
export function ownerOfClass(name: string): Owner | undefined {
  return OWNERS.find(({ owns }) => owns.routes.includes(INGRESS) && owns.classes.test(name));
}

function belongsToRival(owner: Owner, route: Manifest): boolean {
  const { rival } = owner.owns;
  return rival !== undefined && annotationsOf(route).some(([key]) => rival.test(key)) && !isAddressed(owner, route);
}

/** Does a route carry annotations that only this controller reads? */
function isAddressed({ dialect }: Owner, route: Manifest): boolean {
  return annotationsOf(route).some(([key]) => dialect.prefixes.some((prefix) => key.startsWith(prefix)));
}
