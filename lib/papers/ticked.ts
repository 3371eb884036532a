import type { Diagnosis } from '../doctor/diagnose';
import { EDGE } from '../doctor/evidence';
import type { Live } from '../doctor/facts/live';
import { rolloutOf } from '../doctor/facts/rollout';
import { View } from '../doctor/facts/view';
import { InvalidInputError } from '../input/problems';
import { RULES } from '../rules/all';
import { evaluate } from '../rules/evaluate';
import type { Finding } from '../rules/finding';
import { type ChecklistName, itemsOf, type Tick } from './checklists';
import { systemsOnPaper } from './system-on-paper';

/** An item of a checklist, and what the evidence says of it. */
export interface TickedItem {
  readonly holds: string;
  /** `open`: the evidence does not tell, and a person has to look. */
  readonly state: 'holds' | 'fails' | 'open';
  /** What shows it; where it is open, what would. */
  readonly evidence: string;
}

/**
 * A checklist, ticked as far as a look inside a cluster tells.
 *
 * @throws {InvalidInputError} where no cluster was looked at, or nothing in it holds connections
 */
export function ticked(list: ChecklistName, diagnosis: Diagnosis): readonly TickedItem[] {
  const { recording, couldNotLook } = diagnosis;
  const view = new View(recording.asked, recording.evidence);
  const { live } = view;
  if (live === undefined)
    throw new InvalidInputError([
      couldNotLook === undefined
        ? `--checklist ${list} is ticked with what the cluster shows; give its namespace with -n <name>`
        : `--checklist ${list} cannot be ticked: ${couldNotLook}`,
    ]);
  const systems = systemsOnPaper(live.bundle);
  const system = systems.find(({ name }) => name === live.workload?.metadata.name) ?? systems[0];
  if (system === undefined) return [];
  const findings = evaluate(live.bundle, RULES);
  return itemsOf(list).map(({ holds, by, tick }) => {
    const said = tick === undefined ? [] : judged(tick, diagnosis, view, live, findings);
    const failing = said.filter(({ state }) => state === 'fails');
    const open = said.filter(({ state }) => state === 'open');
    const state = failing.length > 0 ? 'fails' : open.length > 0 || said.length === 0 ? 'open' : 'holds';
    const telling = state === 'fails' ? failing : state === 'open' ? open : said;
    const words = telling.map(({ evidence }) => evidence).filter((text) => text !== '');
    return {
      holds: holds(system),
      state,
      evidence: [...words, ...(state === 'open' ? [`by hand: ${by(system)}`] : [])].join('; '),
    };
  });
}

type Said = Pick<TickedItem, 'state' | 'evidence'>;

/** One answer for each thing that ticks an item. */
function judged(
  tick: Tick,
  diagnosis: Diagnosis,
  view: View,
  live: Live,
  findings: readonly Finding[],
): readonly Said[] {
  const said: Said[] = [];
  const say = (good: boolean, evidence: string) => said.push({ state: good ? 'holds' : 'fails', evidence });
  if (tick.rules !== undefined) {
    const { rules } = tick;
    const found = findings.filter(({ code, level }) => (rules === 'errors' ? level === 'error' : rules.includes(code)));
    const names = rules === 'errors' ? 'every rule of level error' : rules.join(', ');
    const told = [...new Set(found.map(({ code, object, path }) => `${code} ${object} ${path}`))];
    say(found.length === 0, found.length === 0 ? `${names}: nothing in the live objects` : told.join(', '));
  }
  for (const id of tick.observations ?? []) {
    const seen = diagnosis.observations.find((one) => one.id === id);
    // Only a balancer of a cloud has a health of its own to tell of.
    if (seen === undefined || (id === 'unhealthy-for-balancer' && seen.outcome === 'skipped')) continue;
    if (seen.outcome === 'yes' || seen.outcome === 'no') say(seen.outcome === 'no', seen.said);
    else said.push({ state: 'open', evidence: seen.said });
  }
  if (tick.rollout) {
    const rollout = rolloutOf(live);
    const ready = live.pods.filter((pod) => pod.ready && !pod.leaving).length;
    const wanted = Math.max(live.pods.length, Number((live.workload?.spec as { replicas?: number })?.replicas ?? 1));
    say(rollout === undefined && ready === wanted, rollout ?? `${ready} of ${wanted} pods are ready`);
  }
  const edge = diagnosis.recording.evidence.some(({ hop }) => hop === EDGE);
  if (tick.edge) {
    const good = view.firsts.filter((one) => one.good).length;
    if (view.firsts.length === 0) said.push({ state: 'open', evidence: '' });
    else
      say(
        good === view.firsts.length,
        `${good} of ${view.firsts.length} handshakes at ${diagnosis.recording.asked.url}`,
      );
  }
  if (tick.diagnosis) {
    const { named, unexplained, recording } = diagnosis;
    const wrong = [
      ...named.map(({ cause }) => `${cause.code} ${cause.title}`),
      ...unexplained.map(({ said: text }) => text),
    ];
    const half = tick.whole && (!edge || recording.asked.quick || recording.ended.ended !== 'complete');
    if (wrong.length === 0 && half)
      said.push({
        state: 'open',
        evidence: 'nothing wrong in what was seen, without the edge or without sockets that stay',
      });
    else say(wrong.length === 0, wrong.length === 0 ? 'the doctor names no cause' : wrong.join(', '));
  }
  return said;
}
