import { entrancesOf } from '../../../system/entrances';
import type { Run } from '../../ask/program';
import type { Live } from '../../facts/live';
import type { Record } from '../collect';
import { Asker, type Skipped } from './asker';
import { askAws, awsRegion } from './aws';
import { askGoogle, groupsOf } from './google';

/**
 * Asks the cloud whose balancer stands in front: what it was really told, whom it holds for healthy, and how connections ended. Reads only, with the programs and
 * logins that are there.
 *
 * @returns what could not be asked, and why
 */
export async function askCloud(
  live: Live,
  context: string,
  run: Run,
  record: Record,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly Skipped[]> {
  const region = awsRegion(live);
  if (region !== undefined) {
    const asker = new Asker('aws', run, record, now, signal);
    await askAws(live, region, asker);
    return asker.skipped;
  }
  if (groupsOf(live).length > 0 || googleTakes(live)) {
    const asker = new Asker('gcloud', run, record, now, signal);
    await askGoogle(live, context, asker);
    return asker.skipped;
  }
  return [{ probe: 'balancer', why: 'no balancer of Google or AWS stands in front' }];
}

function googleTakes({ bundle, route, service }: Live): boolean {
  const entrance = entrancesOf(bundle).find((one) => one.route === route && one.service === service);
  return /^(gce|gke-)/.test(entrance?.controller ?? '');
}
