import { xml } from '../../rules/report/escaping';
import type { Diagnosis } from '../diagnose';
import { byPhase, heartbeatSaid, percent, verdict, whereSaid } from './phases';

/** For build servers: one suite for each phase, one test case for each thing that was looked at, and one suite for the causes. */
export function junit(diagnosis: Diagnosis): string {
  const { named, couldNotLook, recording } = diagnosis;
  const suites = byPhase(diagnosis)
    .filter(({ seen }) => seen.length > 0)
    .map(({ name, seen }) =>
      suite(
        name,
        seen.map((one) => {
          const inside =
            one.outcome === 'yes'
              ? `<failure message="${xml(one.said)}"/>`
              : one.outcome === 'unclear'
                ? `<skipped message="${xml(one.said)}"/>`
                : `<system-out>${xml(one.said)}</system-out>`;
          return `<testcase classname="${xml(one.hop)}" name="${xml(one.title)}">${inside}</testcase>`;
        }),
      ),
    );
  const causes = named.map(
    ({ cause, share, because, alike, rivals }) =>
      `<testcase classname="${cause.code}" name="${xml(cause.title)}"><failure message="${xml(`${cause.title} (${percent(share)})`)}">${xml(
        [
          ...because.map(({ said }) => `because: ${said}`),
          ...[...alike, ...rivals].map(
            ({ cause: other, share: its }) => `or: ${other.code} ${other.title} (${percent(its)})`,
          ),
          ...cause.fix.map((fix) => `fix: ${fix}`),
          cause.source,
        ].join('\n'),
      )}</failure></testcase>`,
  );
  if (couldNotLook !== undefined)
    causes.push(
      `<testcase classname="holdfast" name="could not look"><error message="${xml(couldNotLook)}"/></testcase>`,
    );
  if (causes.length === 0 && recording.ended.ended === 'interrupted')
    causes.push(
      `<testcase classname="holdfast" name="interrupted"><error message="${xml(verdict(diagnosis))}"/></testcase>`,
    );
  else if (causes.length === 0)
    causes.push(
      `<testcase classname="holdfast" name="${xml(verdict(diagnosis))}"><system-out>${xml(heartbeatSaid(diagnosis))}</system-out></testcase>`,
    );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="holdfast doctor ${xml(whereSaid(diagnosis))}">\n${[...suites, suite('causes', causes)].join('')}</testsuites>\n`;
}

function suite(name: string, cases: readonly string[]): string {
  const count = (element: string) => cases.filter((one) => one.includes(element)).length;
  return `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${count('<failure ')}" errors="${count('<error ')}" skipped="${count('<skipped ')}">\n${cases.map((one) => `    ${one}\n`).join('')}  </testsuite>\n`;
}
