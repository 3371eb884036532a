import type { Diagnosis } from '../doctor';
import { InvalidInputError } from '../input/problems';
import type { Terminal } from './terminal';

/** How long a webhook may take. */
const ANSWER_MS = 10_000;

/** @throws {InvalidInputError} where it is no address; it is not repeated, for who knows it may write to it */
export function checkWebhook(url: string | undefined): void {
  if (url === undefined) return;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new InvalidInputError(['--webhook (HOLDFAST_WEBHOOK) is no address; give https://… of an incoming webhook']);
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw new InvalidInputError([
      '--webhook (HOLDFAST_WEBHOOK) carries a password in front of its host, which is not sent; give an address that holds its secret in the path',
    ]);
}

/** Tells a webhook what is wrong; `text` is what Slack, Mattermost and Google Chat show. Whether it took it changes no exit code. */
export async function tellWebhook(
  url: string,
  code: 1 | 2,
  verdict: string,
  { recording, named }: Diagnosis,
  terminal: Terminal,
): Promise<void> {
  const { asked } = recording;
  const causes = named.map(({ cause, share }) => ({
    code: cause.code,
    title: cause.title,
    probability: Math.round(share * 1e4) / 1e4,
  }));
  const body = JSON.stringify({
    text: `${asked.url}: ${verdict}`,
    exitCode: code,
    url: asked.url,
    startedAt: asked.startedAt,
    causes,
  });
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok) terminal.err(`the webhook answered ${answer.status}, and was told nothing\n`);
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string; message?: string } };
    terminal.err(`the webhook could not be told: ${cause?.code ?? cause?.message ?? name}\n`);
  }
}
