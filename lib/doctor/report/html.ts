import type { Diagnosis } from '../diagnose';
import { closesPlot } from './closes-plot';
import { byPhase, heartbeatSaid, percent, rivalSaid, sign, verdict, whereSaid } from './phases';

/** One file to attach: the path with the place that breaks, closes on the clock that explains them, and everything that was seen. */
export function html(diagnosis: Diagnosis): string {
  const { recording, named, unexplained, notes, notLooked } = diagnosis;
  const { asked, ended } = recording;
  const causes = named.map(
    ({ cause, share, because, not, alike, rivals, look }) => `<section class="cause">
<h2>${cause.code} ${escaped(cause.title)} <b>${percent(share)}</b></h2>
<p>${escaped(cause.story)} ${escaped(cause.why)}</p>
<dl>
${row(
  'because',
  because.map(({ said }) => escaped(said)),
)}
${row(
  'not',
  not.map(
    ({ cause: other, why }) => `${other.code} ${escaped(other.title)}, for this is as it should be: ${escaped(why)}`,
  ),
)}
${row(
  'or',
  alike.map(
    ({ cause: other, share: its, by }) =>
      `${other.code} ${escaped(other.title)} (${percent(its)}), which looks the same; what would tell: ${escaped(by.join('; ') || 'nothing known')}`,
  ),
)}
${row(
  alike.length === 0 ? 'or' : '',
  rivals.map((rival) => escaped(rivalSaid(rival))),
)}
${row('fix', cause.fix.map(escaped))}
${row(
  'look',
  look.map((line) => `<code>${escaped(line)}</code>`),
)}
${row('read', [`<a href="${escaped(cause.source)}">${escaped(cause.source)}</a>`])}
</dl>
</section>`,
  );
  const phases = byPhase(diagnosis)
    .filter(({ seen }) => seen.length > 0)
    .map(
      ({ name, seen }) =>
        `<h3>${escaped(name)}</h3>\n<table>\n${seen.map((one) => `<tr class="${one.outcome}"><td>${sign(one)}</td><td>${escaped(one.title)}</td><td>${escaped(one.said)}</td></tr>`).join('\n')}\n</table>`,
    );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>holdfast doctor: ${escaped(whereSaid(diagnosis))}</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
h1{font-size:1.3rem}h2{font-size:1.1rem;margin:0}.cause{border-left:4px solid #c62828;padding:.5rem 1rem;background:#fdf3f3;margin:1rem 0}
dl{display:grid;grid-template-columns:5rem 1fr;margin:0}dt{color:#667}dd{margin:0 0 .2rem}table{border-collapse:collapse;width:100%}
td{padding:.15rem .5rem;border-top:1px solid #e3e8ee;vertical-align:top}td:first-child{width:1rem}td:last-child{color:#556}
.yes td:first-child{color:#c62828}.no td:first-child{color:#2e7d32}.unclear td:first-child{color:#b26a00}code{font-size:.9em}svg{max-width:100%}
</style>
<h1>${escaped(verdict(diagnosis))}</h1>
<p>${escaped(whereSaid(diagnosis))}, ${escaped(heartbeatSaid(diagnosis))}, looked at from outside at ${escaped(asked.startedAt)} for ${ended.seconds} s.</p>
${pathDrawing(diagnosis)}
${causes.join('\n')}
${closesPlot(diagnosis)}
${unexplained.length === 0 ? '' : `<h3>Unexplained</h3><ul>${unexplained.map(({ title, said }) => `<li>not so: ${escaped(title)}: ${escaped(said)}</li>`).join('')}</ul>`}
${notes.length === 0 ? '' : `<ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>`}
${phases.join('\n')}
<h3>Not looked at</h3>
<ul>${notLooked.map(({ what, why, wouldTell }) => `<li>${escaped(what)} (${escaped(why)}); would show ${wouldTell.join(', ')}</li>`).join('')}</ul>
</html>
`;
}

/** What stands between a client and a pod, and what breaks at each place. */
const PLACES: readonly (readonly [string, RegExp])[] = [
  ['client', /^WS5(22|38|02)$/],
  ['name and certificate', /^WS5(43|46|49|06)$/],
  ['guard, cache, limits', /^WS5(07|35|37|48|51|50|57)$/],
  ['balancer', /^WS5(01|03|04|09|12|13|14|16|17|18|19|28|29|47|53|54|58)$/],
  ['proxy', /^WS5(05|08|10|20|32|33|34|44)$/],
  ['application', /^WS5(11|15|21|23|24|25|26|27|30|31|36|39|40|41|42|45|52|55|56|59|60|61|62)$/],
];

/** Where on the way a cause sits. */
export function placeOf(code: string): string {
  return PLACES.find(([, codes]) => codes.test(code))?.[0] ?? 'application';
}

function pathDrawing({ named }: Diagnosis): string {
  const width = 150;
  const boxes = PLACES.map(([name], i) => {
    const broken = named.filter(({ cause }) => placeOf(cause.code) === name);
    const colour = broken.length > 0 ? '#c62828' : '#90a4ae';
    const x = 4 + i * (width + 14);
    const line = i === 0 ? '' : `<line x1="${x - 14}" y1="26" x2="${x}" y2="26" stroke="#90a4ae"/>`;
    const codes = broken.map(({ cause }) => cause.code).join(' ');
    return `${line}<rect x="${x}" y="6" width="${width}" height="40" rx="5" fill="${broken.length > 0 ? '#fdecea' : '#fff'}" stroke="${colour}" stroke-width="${broken.length > 0 ? 2.5 : 1}"/><text x="${x + width / 2}" y="${codes === '' ? 30 : 23}" text-anchor="middle" font-size="13">${escaped(name)}</text><text x="${x + width / 2}" y="39" text-anchor="middle" font-size="12" fill="#c62828">${codes}</text>`;
  });
  return `<svg viewBox="0 0 ${PLACES.length * (width + 14)} 52" role="img" aria-label="the path">${boxes.join('')}</svg>`;
}

function row(head: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<dt>${head}</dt><dd>${items.join('<br>')}</dd>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
