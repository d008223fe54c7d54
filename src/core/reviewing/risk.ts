import type { Finding } from '../finding.ts';
import type { ScopeFile } from '../scope.ts';

const SENSITIVE =
  /(?:^|[^a-z])(?:auth\w*|oauth\w*|oidc|sso|saml|login|logins?|signin|signup|session\w*|passw\w*|credential\w*|secrets?|tokens?|jwt|crypto\w*|cipher\w*|encrypt\w*|permission\w*|polic(?:y|ies)|access|acl|rbac|roles?|admin|security|sanitiz\w*|payment\w*|billing|invoice\w*|checkout|wallet|migrations?|sql|upload\w*|webhooks?|deserializ\w*)(?:$|[^a-z])/i;
/** What runs with rights of its own, or before anything else does. */
const PRIVILEGED =
  /(?:^|\/)(?:\.github\/workflows\/|\.github\/actions\/|action\.ya?ml$|Dockerfile[^/]*$|docker-compose[^/]*$|Jenkinsfile$|\.gitlab-ci\.yml$|Makefile$|package\.json$|setup\.py$|pyproject\.toml$|Cargo\.toml$|go\.mod$|build\.gradle|pom\.xml$)|(?:\.tf|\.bicep|\.sh|\.ps1)$|(?:^|\/)(?:infra|terraform|deploy|helm|k8s|iam)\//i;
const PROSE = /\.(?:md|mdx|markdown|txt|rst|adoc)$|(?:^|\/)(?:docs?|LICENSE|CHANGELOG)(?:$|[/.])/i;
const STYLE = /\.(?:css|scss|less|svg|po|xliff?)$|(?:^|\/)(?:locales?|i18n|translations?)\//i;
const TEST =
  /(?:^|\/)(?:tests?|__tests__|specs?|__mocks__|fixtures?|testdata|e2e)\/|[._-](?:test|spec)\.[^/]+$|(?:^|\/)test_[^/]+$|(?:Test|Tests|Spec|IT)\.[^/.]+$|__snapshots__/;

const JUDGEMENT = { critical: 60, warning: 45, suggestion: 20 } as const;

/**
 * How much is lost where nobody reads this file; higher is riskier. Findings whose code the push touched come first, for
 * people wait for what became of them; then what guards, pays, stores or deploys; then the size of the change. Tests and
 * prose come last.
 */
export function riskOf(
  file: ScopeFile,
  findings: readonly (Pick<Finding, 'path' | 'severity'> & { touched: boolean })[],
): number {
  const touched = findings.filter((finding) => finding.touched && finding.path === file.path);
  const judgement = Math.max(0, ...touched.map(({ severity }) => JUDGEMENT[severity]));
  return judgement + kindOf(file.path) + Math.min(30, 3 * Math.log2(1 + changedLines(file)));
}

function kindOf(path: string): number {
  if (PROSE.test(path)) return -30;
  if (STYLE.test(path)) return -20;
  const sensitive = SENSITIVE.test(path.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2'))
    ? 40
    : PRIVILEGED.test(path)
      ? 30
      : 0;
  return TEST.test(path) ? sensitive / 4 - 15 : sensitive;
}

/** Lines added, and places where something was removed, nobody having read them. */
function changedLines(file: ScopeFile): number {
  return file.added.reduce((sum, { start, end }) => sum + end - start + 1, file.removedAfter.length);
}
