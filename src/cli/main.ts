import { Command, CommanderError } from 'commander';
import { flagsCommand, flagsSubcommand } from './flags.ts';
import { FAIL_ON, FORCES, REVIEWERS, type RawReviewFlags } from './review-flags.ts';
import { replayCommand } from './replay.ts';
import { replaySubcommand } from './replay-flags.ts';
import { reviewCommand } from './review.ts';
import { serveCommand, type ServeFlags } from './serve.ts';
import { sessionsCommand } from './sessions/command.ts';
import { sessionsSubcommand } from './sessions/subcommand.ts';
import { processStreams, type Streams } from './streams.ts';
import { WrongUse } from './wrong-use.ts';

/**
 * `pushback` on a laptop or in any CI.
 * @returns the exit code: 0, 1 for findings at `--fail-on` or a review that could not be made, 2 for wrong use.
 */
export async function cli(args: readonly string[], streams: Streams = processStreams): Promise<number> {
  let exitCode = 0;
  const program = new Command('pushback')
    .description('Code review on every push, that spends only what the push is worth.')
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see --help)');
  program.addCommand(
    reviewSubcommand(async (flags, argv) => {
      exitCode = await reviewCommand(flags, argv, streams);
    }),
  );
  program.addCommand(
    replaySubcommand(async (flags) => {
      exitCode = await replayCommand(flags, streams);
    }),
  );
  program.addCommand(
    serveSubcommand(async (flags) => {
      exitCode = await serveCommand(flags, streams);
    }),
  );
  program.addCommand(
    sessionsSubcommand(async (flags, session) => {
      exitCode = await sessionsCommand(flags, session, streams);
    }),
  );
  program.addCommand(
    flagsSubcommand(async (flags, change) => {
      exitCode = await flagsCommand(flags, change, streams);
    }),
  );
  inheritSettings(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, streams);
  }
}

function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

function exitCodeOf(error: unknown, streams: Streams): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof WrongUse) {
    streams.err(error.faults.map((fault) => `error: ${fault}\n`).join(''));
    return 2;
  }
  streams.err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}

function reviewSubcommand(action: (flags: RawReviewFlags, argv: string[]) => Promise<void>): Command {
  return new Command('review')
    .description(
      'Reviews what a branch changes. Called again after more commits, it reviews only what is new.\n' +
        'With --reviewer command, the program and its arguments come last, after --.',
    )
    .option('--repo <folder>', 'the local repository', '.')
    .option('--base <ref>', 'what the branch is to be merged into (needed)')
    .option('--head <ref>', 'the branch', 'HEAD')
    .option('--reviewer <kind>', `who reviews: ${REVIEWERS.join(', ')}`)
    .option('--sarif-file <file...>', 'SARIF 2.1.0 files or globs, made at the head')
    .option('--pass-env <name...>', 'environment variables that the command may see', [])
    .option(
      '--model <provider/id>',
      'asks this model; its key comes from PUSHBACK_API_KEY or the variable of its provider',
    )
    .option('--base-url <url>', 'where the model answers, for servers and gateways of your own')
    .option('--max-input-tokens <number>', 'what the model may read in all; the rest of the files stays pending')
    .option('--max-cost <dollars>', 'what the model may cost in all, in US dollars')
    .option('--max-input-tokens-total <number>', 'the same over all reviews of the branch')
    .option('--max-cost-total <dollars>', 'the same over all reviews of the branch')
    .option('--prices <input/output>', 'US dollars for a million tokens, where the table is wrong or has none')
    .option('--no-verify', 'no second look at what the model finds')
    .option('--paths <pattern...>', "review only these files, in the syntax of GitHub Actions' paths filter")
    .option('--paths-ignore <pattern...>', 'do not review these files, in the same syntax')
    .option('--include-generated', 'review generated, minified and vendored files, lockfiles and snapshots too')
    .option(
      '--instructions-file <path>',
      'file of the base that tells the reviewer what to look for (default: REVIEW.md, else AGENTS.md)',
    )
    .option('--ledger <file>', 'where reviews are remembered (default: pushback/ in the .git folder)')
    .option('--session <name>', 'name of the session (default: one for each branch)')
    .option('--incremental <when>', 'build on the last review: true or false', 'true')
    .option('--force <how>', `review again what is reviewed: ${FORCES.join(' or ')}`)
    .option('--fail-on <severity>', `exit 1 for open findings from here on: ${FAIL_ON.join(', ')}`, 'never')
    .option('--timeout-minutes <minutes>', 'time limit of the reviewer', '20')
    .option('--json', 'the result as one line of JSON', false)
    .option('--quiet', 'no progress on standard error', false)
    .argument('[command...]', 'the reviewer and its arguments, after --')
    .action((argv: string[], flags: RawReviewFlags) => action(flags, argv));
}

function serveSubcommand(action: (flags: ServeFlags) => Promise<void>): Command {
  return new Command('serve')
    .description('Runs the endpoint on this machine, over DynamoDB Local or a DynamoDB of yours.')
    .option('--port <port>', 'port on loopback; 0 takes a free one', '8080')
    .option('--dynamodb <url>', 'a DynamoDB to use instead of starting DynamoDB Local')
    .option('--table <name>', 'the table; made where it is missing', 'pushback')
    .option('--insecure-owner <id>', 'no tokens: every caller is this GitHub account (numeric id); loopback only')
    .option('--audience <audience>', 'audience of the OIDC tokens that are accepted')
    .option('--owners <ids>', 'numeric ids of the GitHub accounts that are served, separated by commas')
    .option('--issuer <url>', "issuer of the tokens (default: GitHub's)")
    .option('--jwks-url <url>', 'where its keys are (default: beside the issuer)')
    .option('--data-days <days>', 'days that results and checkpoints are kept (default: 75)')
    .option('--run-days <days>', 'days that runs are kept, more than data (default: 90)')
    .option('--pull-request-days <days>', 'days that pull requests are kept, more than runs (default: 120)')
    .option('--json', 'the address as one line of JSON', false)
    .action((flags: ServeFlags) => action(flags));
}
