import { eachText, oneLine, printable } from '../input/printable';
import { RULES } from '../rules/all';
import { evaluate } from '../rules/evaluate';
import { LEVELS } from '../rules/rule';
import { CAUSES } from './causes/all';
import type { Cause } from './causes/cause';
import { couldNotLook, neverServed, otherProtocol } from './could-not-look';
import { type Asked, EDGE, type Recording } from './evidence';
import { OBSERVATIONS, observe } from './facts/all';
import { closesSaid } from './facts/balancer/closes';
import { waySaid } from './facts/balancer/way';
import type { Live } from './facts/live';
import type { Observation, ObservationKind } from './facts/observation';
import { rolloutOf } from './facts/rollout';
import { View } from './facts/view';
import { type Ranked, type Ranking, rank } from './rank';
import { lookLines } from './report/look';

/** A cause that is named, and what speaks for and against it. */
export interface Named {
  readonly cause: Cause;
  /** That it is this one or one of those that nothing tells from it. */
  readonly p: number;
  /** The part of it that is this one's, by how often each is met. */
  readonly share: number;
  /** What was seen that it explains, the certain signs first. */
  readonly because: readonly Observation[];
  /** The nearest others, and what speaks against each. */
  readonly not: readonly { readonly cause: Cause; readonly why: string }[];
  /** Causes that nothing tells from this one, and what would. */
  readonly alike: readonly { readonly cause: Cause; readonly share: number; readonly by: readonly string[] }[];
  /** Causes that explain the same less well, and well enough to be it, and what would tell. */
  readonly rivals: Named['alike'];
  /** What to run to see it with one's own eyes, at the address that was looked at. */
  readonly look: readonly string[];
}

/** What follows from the evidence. The same evidence gives the same bytes, now and later, here and elsewhere. */
export interface Diagnosis {
  readonly recording: Recording;
  readonly observations: readonly Observation[];
  readonly heartbeat: { readonly pingInterval: number; readonly pingTimeout: number } | undefined;
  readonly named: readonly Named[];
  /** Further causes, by probability; those below one in a thousand are left out. */
  readonly others: readonly { readonly cause: Cause; readonly p: number; readonly alike: readonly Cause[] }[];
  readonly healthy: number;
  readonly unexplained: readonly Observation[];
  readonly notLooked: readonly { readonly what: string; readonly why: string; readonly wouldTell: readonly string[] }[];
  /** Whether nothing that was asked for is missing; who gives no namespace did not ask for what is inside the cluster. */
  readonly lookedAtAll: boolean;
  /** Worth knowing; no cause of anything. */
  readonly notes: readonly string[];
  /** Why nothing could be looked at. */
  readonly couldNotLook: string | undefined;
}

export function diagnose({ asked, evidence, ended }: Recording): Diagnosis {
  // What others wrote must not speak to the terminal of whoever reads it.
  const recording = {
    asked: eachText(asked, oneLine),
    evidence: eachText(evidence, printable),
    ended: eachText(ended, oneLine),
  };
  const observations = observe(recording);
  const view = new View(recording.asked, recording.evidence);
  const ranking = rank(observations, CAUSES, OBSERVATIONS);
  const { ranked, set, healthy } = ranking;
  const named = set.map((one) => explain(one, observations, ranking, recording.asked));
  const mentioned = new Set(set.flatMap(({ lead }) => Object.keys(lead.shows)));
  const unexplained = observations.filter(({ id, outcome }) => outcome === 'yes' && !mentioned.has(id));
  const told = named.length > 0 || unexplained.length > 0;
  const heartbeat = view.heartbeat ?? view.hops.map((hop) => view.at(hop).heartbeat).find((one) => one !== undefined);
  const missing = notLooked(recording, observations);
  return {
    recording,
    observations,
    heartbeat:
      heartbeat === undefined
        ? undefined
        : { pingInterval: heartbeat.pingInterval, pingTimeout: heartbeat.pingTimeout },
    named,
    others: ranked
      .filter((one) => !set.includes(one) && one.p >= 0.001)
      .map(({ lead, alike, p }) => ({ cause: lead, p, alike })),
    healthy,
    unexplained,
    notLooked: missing,
    lookedAtAll: (view.live?.refused ?? []).length === 0 && missing.every(({ why }) => why === NOT_ASKED),
    notes: notes(view, recording, observations).map(oneLine),
    couldNotLook: eachText(couldNotLook(view, recording) ?? (told ? undefined : neverServed(view)), oneLine),
  };
}

/** 0 nothing wrong, 1 a cause, 2 could not look: the same in every format. */
export function exitCode(diagnosis: Diagnosis): 0 | 1 | 2 {
  if (diagnosis.couldNotLook !== undefined) return 2;
  if (diagnosis.named.length > 0 || diagnosis.unexplained.length > 0) return 1;
  // Half a look that found nothing is no clean bill.
  return diagnosis.recording.ended.ended === 'interrupted' ? 2 : 0;
}

/** Why nothing inside the cluster was looked at where no namespace was given. */
const NOT_ASKED = 'needs the cluster: -n <namespace>';

/** From here on another cause is as good as named. */
const RIVAL = 0.1;

const ORDER = ['must', 'likely', 'may'];

function explain(
  one: Ranked,
  observations: readonly Observation[],
  { ranked, set: chosen }: Ranking,
  asked: Asked,
): Named {
  const { lead: cause } = one;
  const because = observations
    .filter(({ id, outcome }) => outcome === 'yes' && cause.shows[id] !== undefined)
    .sort((a, b) => ORDER.indexOf(cause.shows[a.id] as string) - ORDER.indexOf(cause.shows[b.id] as string));
  const near = [
    ...cause.separates.map(({ from }) => from),
    ...ranked.filter(({ p }) => p >= 0.001).map(({ lead }) => lead.code),
  ];
  const not = [...new Set<string>(near)].flatMap((code) => {
    const other = CAUSES.find((candidate) => candidate.code === code);
    if (other === undefined || other === cause || one.alike.includes(other)) return [];
    const missing = observations.find(({ id, outcome }) => outcome === 'no' && other.shows[id] === 'must');
    return missing === undefined
      ? []
      : [{ cause: other, why: `${missing.title}${missing.said === '' ? '' : `: ${missing.said}`}` }];
  });
  const alike = one.alike.map((other) => ({
    cause: other,
    share: shareOf(other, one),
    by: tellingApart(cause, other, observations, asked),
  }));
  const rivals = ranked
    .filter(
      (other) =>
        !chosen.includes(other) && other.p >= RIVAL && because.some(({ id }) => other.lead.shows[id] !== undefined),
    )
    .map((other) => ({
      cause: other.lead,
      share: shareOf(other.lead, other),
      by: tellingApart(cause, other.lead, observations, asked),
    }));
  return {
    cause,
    p: one.p,
    share: shareOf(cause, one),
    because,
    not: not.slice(0, 3),
    alike,
    rivals,
    look: lookLines(cause, asked),
  };
}

/** Where everything that was seen looks the same, how often each is met is all that is known. */
function shareOf(cause: Cause, { lead, alike, p }: Ranked): number {
  const all = [lead, ...alike].reduce((sum, { weight = 1 }) => sum + weight, 0);
  return (p * (cause.weight ?? 1)) / all;
}

/** What would show one of two causes and not the other, and was not seen: what a person can do, or where the doctor can look. */
function tellingApart(a: Cause, b: Cause, observations: readonly Observation[], { cluster }: Asked): readonly string[] {
  const hand = [
    ...a.separates.filter(({ from }) => from === b.code),
    ...b.separates.filter(({ from }) => from === a.code),
  ];
  const told = hand.flatMap(({ hand: words }) => words ?? []).slice(0, 1);
  const kinds = observations
    .filter(
      ({ id, outcome }) =>
        outcome !== 'yes' && outcome !== 'no' && (a.shows[id] === 'must') !== (b.shows[id] === 'must'),
    )
    .flatMap(({ id }) => OBSERVATIONS.find((kind) => kind.id === id) ?? []);
  const outside = kinds.filter(({ from }) => from === 'outside').map(({ title }) => `whether ${title}`);
  const inside = kinds.filter(({ from }) => from !== 'outside').map(({ title }) => `whether ${title}`);
  if (told.length > 0) return told;
  return inside.length > 0 && cluster === undefined
    ? [...outside, `a look inside the cluster (-n <namespace>): ${inside.join(', ')}`]
    : [...outside, ...inside];
}

/** Everything that was not looked at, with the causes that it would show. */
function notLooked(recording: Recording, observations: readonly Observation[]): Diagnosis['notLooked'] {
  const { ended } = recording;
  const why = new Map(ended.skipped.map(({ probe, why: reason }) => [probe, reason]));
  const probes = new Map<string, { why: string; codes: Set<string> }>();
  for (const { id, outcome, said } of observations) {
    if (outcome === 'yes' || outcome === 'no') continue;
    const kind = OBSERVATIONS.find((one) => one.id === id);
    if (kind === undefined) continue;
    const codes = CAUSES.filter((cause) => cause.shows[id] === 'must').map(({ code }) => code);
    if (codes.length === 0) continue;
    const [part, partReason] = unasked(recording, kind, why);
    const what = part ?? kind.probe;
    const reason =
      part !== undefined ? partReason : (why.get(kind.probe) ?? (said === '' ? 'it did not come to that' : said));
    const entry = probes.get(what) ?? { why: reason, codes: new Set<string>() };
    for (const code of codes) entry.codes.add(code);
    probes.set(what, entry);
  }
  return [...probes].map(([what, entry]) => ({ what, why: entry.why, wouldTell: [...entry.codes].sort() }));
}

/** The part of the way that was not asked at all, and why. */
function unasked(
  { asked, evidence }: Recording,
  { from }: ObservationKind,
  why: ReadonlyMap<string, string>,
): readonly [part: string | undefined, why: string] {
  if (from !== 'outside' && asked.cluster === undefined) return ['inside', NOT_ASKED];
  const noBalancer = why.get('balancer');
  if (from === 'balancer' && noBalancer !== undefined) return ['balancer', noBalancer];
  const noEdge = from === 'outside' && asked.cluster !== undefined && !evidence.some(({ hop }) => hop === EDGE);
  return [noEdge ? 'edge' : undefined, why.get('edge') ?? '--no-edge'];
}

function notes(view: View, { asked }: Recording, observations: readonly Observation[]): readonly string[] {
  const found = [...asked.remarks];
  const other = otherProtocol(
    view,
    observations.filter(({ outcome }) => outcome === 'unclear').map(({ said }) => said),
  );
  if (other !== undefined) found.push(other);
  if (view.live !== undefined) found.push(...liveNotes(view.live));
  const way = waySaid(view);
  if (way !== undefined) found.push(`the way in: ${way}`);
  const closes = closesSaid(view);
  if (closes !== undefined) found.push(`how connections and failed requests ended, by the balancer’s log: ${closes}`);
  const cookies = new Set(view.sessions.flatMap(({ answer }) => answer.cookies.map(({ name }) => name)));
  const without = view
    .of('session')
    .filter(({ request, answer }) => request.jar === 'none' && answer.followUp !== undefined);
  const lost = without.filter(({ answer }) => answer.followUp?.status === 400).length;
  if (lost > 0 && asked.client === 'browser')
    found.push(
      `affinity rests on the cookie ${[...cookies].join(', ')}: without it ${lost} of ${without.length} follow-ups are lost. Clients that keep no cookies (native ones, pages of other sites) need withCredentials, or WebSockets only; --client no-cookies looks as one of them`,
    );
  const refused = view.of('idle').filter(({ answer }) => answer.joined === 'refused').length;
  if (refused > 0)
    found.push(
      'the server refused to let the sockets into the namespace; give --auth, or what happens after 45 s is the server closing them for that',
    );
  return found;
}

function liveNotes(live: Live): readonly string[] {
  const rollout = rolloutOf(live);
  const findings = evaluate(live.bundle, RULES);
  const counted = LEVELS.slice(0, 2).map((level) => {
    const codes = [...new Set(findings.filter((one) => one.level === level).map(({ code }) => code))];
    return codes.length === 0 ? '' : `${level}: ${codes.join(', ')}`;
  });
  const told = counted.filter((text) => text !== '');
  return [
    ...(rollout === undefined ? [] : [`a rollout is under way: ${rollout}`]),
    ...live.refused.map(({ kind, why }) => `${kind} could not be read: ${why}`),
    ...(told.length === 0
      ? []
      : [
          `the rules find in these objects ${told.join('; ')} (holdfast explain <code>; kubectl get … -o yaml | holdfast check -)`,
        ]),
  ];
}
