import * as z from 'zod';

/**
 * The part of SARIF 2.1.0 that is read (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). Whatever else
 * a tool writes is left alone.
 */

const text = z.string();
const index = z.int().min(-1);
const line = z.int().positive().max(100_000_000);
const column = z.int().positive();
const Properties = z.record(z.string(), z.unknown());

export const Message = z.object({
  text: text.nullish(),
  markdown: text.nullish(),
  id: text.nullish(),
  arguments: z.array(text).nullish(),
});
export type Message = z.infer<typeof Message>;

const MultiformatMessage = z.object({ text: text.nullish(), markdown: text.nullish() });
const MessageStrings = z.record(z.string(), MultiformatMessage);

export const ArtifactLocation = z.object({ uri: text.nullish(), uriBaseId: text.nullish(), index: index.nullish() });
export type ArtifactLocation = z.infer<typeof ArtifactLocation>;

const Content = z.object({ text: text.nullish() });

export const Region = z.object({
  startLine: line.nullish(),
  startColumn: column.nullish(),
  endLine: line.nullish(),
  endColumn: column.nullish(),
  charOffset: index.nullish(),
  charLength: z.int().nonnegative().nullish(),
  snippet: Content.nullish(),
});
export type Region = z.infer<typeof Region>;

const PhysicalLocation = z.object({ artifactLocation: ArtifactLocation.nullish(), region: Region.nullish() });
const Location = z.object({ physicalLocation: PhysicalLocation.nullish() });

export const Fix = z.object({
  artifactChanges: z.array(
    z.object({
      artifactLocation: ArtifactLocation,
      replacements: z.array(z.object({ deletedRegion: Region, insertedContent: Content.nullish() })),
    }),
  ),
});
export type Fix = z.infer<typeof Fix>;

const Level = z.enum(['none', 'note', 'warning', 'error']);
export type Level = z.infer<typeof Level>;

export const Rule = z.object({
  id: text,
  shortDescription: MultiformatMessage.nullish(),
  fullDescription: MultiformatMessage.nullish(),
  helpUri: text.nullish(),
  defaultConfiguration: z.object({ level: Level.nullish() }).nullish(),
  messageStrings: MessageStrings.nullish(),
  properties: Properties.nullish(),
});
export type Rule = z.infer<typeof Rule>;

const Component = z.object({
  name: text,
  guid: text.nullish(),
  rules: z.array(Rule).nullish(),
  globalMessageStrings: MessageStrings.nullish(),
});
export type Component = z.infer<typeof Component>;

export const Result = z.object({
  ruleId: text.nullish(),
  ruleIndex: index.nullish(),
  rule: z
    .object({
      id: text.nullish(),
      index: index.nullish(),
      toolComponent: z.object({ name: text.nullish(), index: index.nullish(), guid: text.nullish() }).nullish(),
    })
    .nullish(),
  level: Level.nullish(),
  kind: z.enum(['notApplicable', 'pass', 'fail', 'review', 'open', 'informational']).nullish(),
  message: Message,
  locations: z.array(Location).nullish(),
  fixes: z.array(Fix).nullish(),
  suppressions: z.array(z.object({ status: text.nullish() })).nullish(),
  baselineState: z.enum(['new', 'unchanged', 'updated', 'absent']).nullish(),
  properties: Properties.nullish(),
});
export type Result = z.infer<typeof Result>;

const Notification = z.object({
  level: Level.nullish(),
  message: Message.nullish(),
  locations: z.array(Location).nullish(),
});

export const Run = z.object({
  tool: z.object({ driver: Component, extensions: z.array(Component).nullish() }),
  results: z.array(Result).nullish(),
  artifacts: z.array(z.object({ location: ArtifactLocation.nullish(), contents: Content.nullish() })).nullish(),
  originalUriBaseIds: z.record(z.string(), ArtifactLocation).nullish(),
  invocations: z
    .array(
      z.object({
        executionSuccessful: z.boolean().nullish(),
        toolExecutionNotifications: z.array(Notification).nullish(),
      }),
    )
    .nullish(),
  versionControlProvenance: z.array(z.object({ revisionId: text.nullish() })).nullish(),
  columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']).nullish(),
});
export type Run = z.infer<typeof Run>;

export const SarifLog = z.object({
  version: z.literal('2.1.0', { error: 'must be "2.1.0": no other version of SARIF is read' }),
  runs: z.array(Run),
});
export type SarifLog = z.infer<typeof SarifLog>;
