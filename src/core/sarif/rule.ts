import type { Severity } from '../severity.ts';
import type { Component, Level, Message, Result, Rule, Run } from './schema.ts';

export type FoundRule = { id: string | null; rule: Rule | null; component: Component };

/** The rule of a result: by `rule`, `ruleIndex` or `ruleId`, in the driver or the extension that it names. */
export function ruleOf(result: Result, run: Run): FoundRule {
  const component = componentOf(result, run);
  const index = result.ruleIndex ?? result.rule?.index ?? -1;
  const id = result.ruleId ?? result.rule?.id ?? null;
  const byIndex = index >= 0 ? (component.rules?.[index] ?? null) : null;
  const fits = byIndex !== null && (id === null || id === byIndex.id || id.startsWith(`${byIndex.id}/`));
  const rule = fits ? byIndex : id === null ? null : findRule(component, id);
  return { id: id ?? rule?.id ?? null, rule, component };
}

function componentOf(result: Result, run: Run): Component {
  const wanted = result.rule?.toolComponent;
  const extensions = run.tool.extensions ?? [];
  const index = wanted?.index ?? -1;
  const byName = (component: Component): boolean =>
    (wanted?.guid !== undefined && wanted.guid !== null && component.guid === wanted.guid) ||
    (wanted?.name !== undefined && wanted.name !== null && component.name === wanted.name);
  return (index >= 0 ? extensions[index] : extensions.find(byName)) ?? run.tool.driver;
}

const rulesById = new WeakMap<Component, Map<string, Rule>>();

/** A result may name a part of a rule: `CA1000/1` is governed by `CA1000`. */
function findRule(component: Component, id: string): Rule | null {
  const byId = rulesById.get(component) ?? new Map((component.rules ?? []).map((rule) => [rule.id, rule]));
  rulesById.set(component, byId);
  for (let name = id; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('/')))) {
    const rule = byId.get(name);
    if (rule !== undefined) return rule;
  }
  return null;
}

/**
 * `security-severity` (a score from 0 to 10, on the result or its rule) decides where there is one: critical from 7,
 * warning from 4, else suggestion. Without it nothing is critical: `error` and `warning` are warnings, for what a linter
 * calls an error is rarely what a person calls critical; `note` and `none` are suggestions.
 */
export function severityOf(result: Result, rule: Rule | null): Severity {
  const score = scoreOf(result.properties) ?? scoreOf(rule?.properties);
  if (score !== null) {
    if (score >= 7) return 'critical';
    return score >= 4 ? 'warning' : 'suggestion';
  }
  const level: Level = result.level ?? rule?.defaultConfiguration?.level ?? 'warning';
  return level === 'error' || level === 'warning' ? 'warning' : 'suggestion';
}

function scoreOf(properties: Record<string, unknown> | null | undefined): number | null {
  const value = properties?.['security-severity'];
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const score = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(score) ? score : null;
}

const KNOWN_CATEGORIES = ['security', 'correctness', 'reliability', 'performance', 'maintainability', 'style'];

/** The first of the tags or the rule's own category that people know; else that category as it is; else `general`. */
export function categoryOf(rule: Rule | null): string {
  const own = rule?.properties?.['category'];
  const tags = rule?.properties?.['tags'];
  const named = [own, ...(Array.isArray(tags) ? (tags as unknown[]) : [])].filter((tag) => typeof tag === 'string');
  if (scoreOf(rule?.properties) !== null) return 'security';
  const known = KNOWN_CATEGORIES.find((category) => named.some((tag) => tag.toLowerCase() === category));
  return known ?? (typeof own === 'string' && own !== '' ? own.slice(0, 64) : 'general');
}

/** The message with its arguments filled in, as plain text and, where the tool gives it, as markdown. */
export function wordsOf(message: Message, found: FoundRule): { text: string; markdown: string | null } {
  const listed = listedMessage(message.id ?? null, found);
  const values = message.arguments ?? [];
  const markdown = message.markdown ?? listed?.markdown ?? null;
  const fallback = markdown ?? found.rule?.shortDescription?.text ?? message.id ?? '';
  return {
    text: withoutPlaceLinks(fill(message.text ?? listed?.text ?? fallback, values)),
    markdown: markdown === null ? null : withoutPlaceLinks(fill(markdown, values)),
  };
}

function listedMessage(id: string | null, { rule, component }: FoundRule) {
  return id === null ? null : (rule?.messageStrings?.[id] ?? component.globalMessageStrings?.[id] ?? null);
}

function fill(text: string, values: readonly string[]): string {
  if (values.length === 0) return text;
  return text.replace(/\{\{|\}\}|\{(\d{1,3})\}/g, (whole, index: string | undefined) => {
    if (index === undefined) return whole.charAt(0);
    return values[Number(index)] ?? whole;
  });
}

/** `[user input](1)` points at a related location by its number: only its words mean anything here. */
function withoutPlaceLinks(text: string): string {
  return text.replace(/\[([^\][]{0,500})\]\(\d{1,6}\)/g, '$1');
}
