import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { screenshot } from '../test/support/screenshot.ts';
import { startWorld, type DeployedWorld } from '../test/support/world.ts';
import { faultsIn } from './demo/expectations.ts';
import { Scenario, type Row } from './demo/scenario.ts';
import { REVIEWERS, startReviewer } from './demo/reviewers.ts';
import * as shop from './demo/shop.ts';
import { headLines, rowLine } from './demo/table.ts';

/**
 * `npm run demo`: a pull request on a small project, reviewed when it is opened and on every push, all on real parts but
 * for GitHub, and for the model where `--reviewer model` asks one. Ends with 1 where anything is not as it must be.
 */
async function demo(): Promise<number> {
  const { values } = parseArgs({
    options: {
      serve: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      dist: { type: 'string', default: 'dist' },
      out: { type: 'string', default: 'out/demo' },
      reviewer: { type: 'string', default: 'sarif' },
    },
  });
  const name = REVIEWERS.find((one) => one === values.reviewer);
  if (name === undefined) throw new Error(`--reviewer: must be one of ${REVIEWERS.join(', ')}`);
  const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  say('Starting DynamoDB Local, the endpoint and the stand-in for GitHub …');
  await using world = await startWorld({ files: shop.base });
  await using reviewer = await startReviewer(name);
  const scenario = new Scenario(world, resolve(values.dist), (row) => say(rowLine(row)), reviewer);
  headLines().forEach(say);
  await scenario.play();
  const faults = faultsIn(scenario.rows, world.github.violations);
  const pictures = await writePages(world, scenario, resolve(values.out));
  if (values.json) process.stdout.write(`${JSON.stringify({ rows: scenario.rows.map(plain), faults, pictures })}\n`);
  say('');
  say(`The pull request as a person sees it: ${pictures.join(', ')}`);
  for (const fault of faults) say(`FALSE: ${fault}`);
  say(faults.length === 0 ? 'Everything is as it must be.' : `${faults.length} things are not as they must be.`);
  if (values.serve) {
    say(`Look around: ${world.github.url}/acme/shop/pull/${scenario.pull.number} (Ctrl-C ends it)`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  }
  return faults.length === 0 ? 0 : 1;
}

/** A row without what only the checks need. */
function plain({ result, record, ...row }: Row): object {
  return { ...row, exitCode: result.exitCode, verdict: record?.result.verdict ?? null };
}

async function writePages(world: DeployedWorld, scenario: Scenario, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    const html = await world.github.renderPage(world.repository, scenario.pull.number, { theme });
    const page = join(folder, `pull-request-${theme}.html`);
    await writeFile(page, html);
    written.push(page);
    const picture = join(folder, `pull-request-${theme}.png`);
    if (await screenshot({ html, out: picture, theme })) written.push(picture);
  }
  return written;
}

process.exitCode = await demo();
