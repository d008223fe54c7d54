import { inlineText } from '../neutralise.ts';
import { savedTokens } from '../report.ts';
import type { Usage } from '../usage.ts';
import { trendLine } from './trend.ts';
import { pullRequestUrl, type ReviewView } from './view.ts';
import { cost, tokenCount } from './words.ts';

const MAX_COMPANIONS = 10;

/** One small line: who reviewed, what it took, where to look further. */
export function footer(view: ReviewView): string {
  const { result } = view.record;
  const model = result.reviewer.model === null ? '' : ` (${inlineText(result.reviewer.model)})`;
  const parts = [
    `Pushback with ${inlineText(result.reviewer.name)}${model}`,
    ...spending(result.usage),
    ...[trendLine(view.trend)].filter((line) => line !== ''),
    ...companions(view),
    ...(view.context.runUrl === null ? [] : [`[details](${view.context.runUrl})`]),
  ];
  return `<sub>${parts.join(' · ')}</sub>`;
}

/** What was read and spent, as far as it is known; nothing where nothing was. */
export function spending(usage: Usage): string[] {
  const parts: string[] = [];
  const saved = savedTokens(usage);
  if (saved > 0) {
    const share = Math.floor((saved / usage.fullTokens) * 100);
    const read =
      usage.scopeTokens === 0
        ? ''
        : `read ${tokenCount(usage.scopeTokens)} of ${tokenCount(usage.fullTokens)} tokens, `;
    parts.push(`${read}saved ${share < 1 ? '<1' : share} %`);
  } else if (usage.scopeTokens > 0) {
    parts.push(`read ${tokenCount(usage.scopeTokens)} tokens`);
  }
  const { inputTokens, outputTokens, costUsd } = usage;
  if ((inputTokens ?? 0) + (outputTokens ?? 0) > 0) {
    parts.push(`used ${tokenCount(inputTokens ?? 0)} in, ${tokenCount(outputTokens ?? 0)} out`);
  }
  if (costUsd !== null && costUsd > 0) parts.push(cost(costUsd));
  if ((usage.refuted ?? 0) > 0) parts.push(`${usage.refuted} refuted by a second look`);
  return parts;
}

function companions(view: ReviewView): string[] {
  const { companions: others, serverUrl, session } = view.context;
  if (others.length === 0) return [];
  const named = others.slice(0, MAX_COMPANIONS).map((other) => {
    const here = other.repository === view.record.pullRequest.repository;
    return `[${here ? '' : other.repository}#${other.number}](${pullRequestUrl(serverUrl, other)})`;
  });
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : '';
  return [`session ${inlineText(session)} with ${named.join(', ')}${more}`];
}
