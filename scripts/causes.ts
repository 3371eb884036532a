import { CAUSES, OBSERVATIONS } from '../lib/doctor';

/** The page of all causes: what people see, why, what shows it, what to do. */
export function causesPage(): string {
  const title = (id: string) => OBSERVATIONS.find((kind) => kind.id === id)?.title ?? id;
  const from = (id: string) => OBSERVATIONS.find((kind) => kind.id === id)?.from;
  const sections = CAUSES.map((cause) => {
    const signs = Object.entries(cause.shows).map(
      ([id, how]) => `- ${how}: not so: ${title(id)}${from(id) === 'outside' ? '' : ' (from inside)'}`,
    );
    const rivals = cause.separates.map(({ from: code, by }) => `- not ${code}: look whether ${title(by)}`);
    return [
      `## ${cause.code}`,
      '',
      `**${cause.title}**. ${cause.story}`,
      '',
      `${cause.why} ([source](${cause.source}))`,
      '',
      ...signs,
      ...rivals,
      '',
      ...cause.fix.map((fix) => `1. ${fix}`),
      '',
      '```',
      ...cause.runbook,
      '```',
    ].join('\n');
  });
  return `# Causes of broken connections\n\nWhat [\`holdfast doctor\`](doctor.md) can name. Written by \`npm run docs\` from \`lib/doctor/causes\`.\n\n${sections.join('\n\n')}\n`;
}
