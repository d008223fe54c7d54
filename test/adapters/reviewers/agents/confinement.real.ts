import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AGENT_NAMES, type AgentName } from '../../../../src/core/agents/cli.ts';
import { AGENTS } from '../../../support/agents/agents.ts';
import { AgentScene, API_KEY, INSIDE } from '../../../support/agents/scene.ts';
import type { ModelRequest } from '../../../support/models/exchange.ts';
import { oracle } from '../../../support/models/oracle.ts';
import { calls } from '../../../support/models/replies.ts';

/**
 * What the real agents' tools reach, when the model asks for more than it may see. Run by `npm run accept -- reviewers`
 * alone: fakes have no tools.
 */
const OUTSIDE = 'OUTSIDE-7f3ab4';

let scene: AgentScene;
beforeAll(async () => {
  scene = await AgentScene.open();
  await writeFile(join(scene.root, 'outside.txt'), `${OUTSIDE}\n`);
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(() => {
  scene.models.requests.length = 0;
});
jest.setTimeout(180_000);

const READERS = ['Read', 'exec_command', 'read_file', 'read', 'view'];

/** The agent's tool that reads, asked for a path; a shell is asked for whatever secrets may lie around as well. */
function reading(request: ModelRequest, path: string): ReturnType<typeof calls> {
  const tool = request.tools.find(({ name }) => READERS.includes(name));
  if (tool === undefined)
    throw new Error(`no tool that reads among ${request.tools.map(({ name }) => name).join(', ')}`);
  if (tool.name === 'exec_command') {
    const cmd = `cat '${path}'; env; cat /proc/*/environ; cat "$HOME"/.* "$HOME"/*/*`;
    return calls(tool.name, { cmd });
  }
  const { properties = {} } = tool.schema as { properties?: Record<string, unknown> };
  const [name] = ['file_path', 'filePath', 'path', 'absolute_path'].filter((each) => each in properties);
  return calls(tool.name, { [name ?? 'path']: path });
}

function treeIn(request: ModelRequest): string {
  const text = request.messages.map((message) => message.text).join('\n');
  return /^The work tree of \S+ at \S+ is (\S+);/m.exec(text)?.[1] ?? '';
}

describe.each(AGENT_NAMES.filter((name) => AGENTS[name] !== undefined))('%s', (agent: AgentName) => {
  /** The paths are asked for one after the other; then comes the review. */
  const afterReading = async (paths: (tree: string) => string[]): Promise<string> => {
    let asked = 0;
    scene.models.script = (request) => {
      const path = paths(treeIn(request))[asked];
      // Some ask for a title on the side, without tools.
      if (request.tools.length === 0 || path === undefined) return oracle()(request);
      asked += 1;
      return reading(request, path);
    };
    const outcome = await scene.review(agent, AGENTS[agent] ?? []);
    expect(outcome).toMatchObject({ outcome: 'reviewed' });
    expect(asked).toBeGreaterThan(0);
    return JSON.stringify(scene.models.requests.map(({ body }) => body));
  };

  test('reads what is in the work tree', async () => {
    expect(await afterReading((tree) => [join(tree, 'docs/inside.txt')])).toContain(INSIDE);
  });

  test('and nothing beside it, nor a key', async () => {
    const seen = await afterReading((tree) => [
      join(scene.root, 'outside.txt'),
      join(tree, '../../../outside.txt'),
      '/proc/self/environ',
    ]);
    expect(seen).not.toContain(OUTSIDE);
    expect(seen).not.toContain(API_KEY);
  });
});
