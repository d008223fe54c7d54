import type { ModelRequest, Reply, ReplyUsage } from './exchange.ts';
import { readPrompt, type PromptFile, type PromptLine, type ReadPrompt } from './read-prompt.ts';
import { calls, saysJson } from './replies.ts';
import type { Script } from './server.ts';

/** A defect that is told by how its line looks. */
export type Detector = {
  /** Finds it in a line of code; what its groups `rule`, `severity` and `title` hold goes before what stands here. */
  pattern: RegExp;
  severity: 'critical' | 'warning' | 'suggestion';
  rule: string;
  title: string;
};

/** `BUG(rule): title`, `BUG(rule, critical): title` */
export const PLANTED: Detector = {
  pattern: /BUG\((?<rule>[\w-]+)(?:, *(?<severity>critical|warning|suggestion))?\)(?:: *(?<title>[^*]+))?/,
  severity: 'warning',
  rule: 'planted',
  title: 'A planted defect',
};

export type OracleOptions = {
  detectors?: readonly Detector[];
  /** Calls this tool before it answers, once for each conversation; arguments from the prompt. */
  tool?: { name: string; arguments: (prompt: ReadPrompt) => unknown };
  usage?: ReplyUsage;
};

/**
 * A model that reviews by reading the prompt it was sent, and nothing else: every line marked as new on which a detector
 * finds something is a finding, with its line and its quote; a finding to be judged is fixed where none of the lines shown
 * of its file holds its code any more. Asked for a second look, it refutes what no detector finds, and every line that
 * says `false alarm`.
 */
export function oracle(options: OracleOptions = {}): Script {
  const detectors = options.detectors ?? [PLANTED];
  return (request): Reply => {
    const prompt = readPrompt(request);
    const more = options.usage === undefined ? {} : { usage: options.usage };
    if (prompt.claim !== null) return saysJson(request, secondLook(prompt.claim, detectors), more);
    const { tool } = options;
    if (tool !== undefined && mayCall(request, tool.name)) return calls(tool.name, tool.arguments(prompt), more);
    return saysJson(request, { reviews: prompt.asked.map((name) => reviewOf(name, prompt, detectors)) }, more);
  };
}

function mayCall({ tools, messages }: ModelRequest, name: string): boolean {
  return tools.some((tool) => tool.name === name) && messages.every(({ role }) => role === 'user');
}

function reviewOf(pullRequest: string, prompt: ReadPrompt, detectors: readonly Detector[]): object {
  const files = prompt.files.filter((file) => file.pullRequest === pullRequest);
  const findings = files.flatMap((file) => file.lines.flatMap((line) => findingAt(file, line, detectors)));
  return {
    pullRequest,
    summary: `${files.length} files read, ${findings.length} defects found.`,
    findings,
    judgements: prompt.toJudge
      .filter((finding) => finding.pullRequest === pullRequest)
      .map(({ id, path, code }) => {
        const shown = files.find((file) => file.path === path)?.lines.filter(({ mark }) => mark !== 'removed');
        const gone = shown !== undefined && !shown.some(({ text }) => text.trim() === code.trim());
        return { findingId: id, status: gone ? 'fixed' : 'open', why: gone ? 'Its code is gone.' : 'It still stands.' };
      }),
    notReviewed: [],
  };
}

function findingAt(file: PromptFile, { mark, line, text }: PromptLine, detectors: readonly Detector[]): object[] {
  if (mark !== 'new') return [];
  return detectors.flatMap((detector) => {
    const found = detector.pattern.exec(text);
    if (found === null) return [];
    const { rule = detector.rule, severity = detector.severity, title = detector.title } = found.groups ?? {};
    return [
      {
        severity,
        category: 'correctness',
        rule,
        path: file.path,
        line,
        endLine: line,
        side: 'RIGHT',
        quote: text,
        title: title.trim(),
        body: `It is in \`${found[0].trim()}\`.`,
        suggestion: null,
      },
    ];
  });
}

function secondLook(claim: string, detectors: readonly Detector[]): object {
  const real = detectors.some(({ pattern }) => pattern.test(claim)) && !/false alarm/i.test(claim);
  return real
    ? { verdict: 'confirmed', why: 'The line does what the claim says.' }
    : { verdict: 'refuted', why: 'Nothing of the kind happens there.' };
}
