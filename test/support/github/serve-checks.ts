import { type Exchange, type Handler, notFound, pageAnswer, Refusal, repositoryOf } from './exchange.ts';
import { presentAnnotation, presentCheck } from './present-check.ts';
import { namedCommit } from './serve-pulls.ts';
import { type CheckRun, nextId, nodeIdOf } from './state.ts';

export const checkHandlers: Record<string, Handler> = {
  'checks/create': async (exchange) => {
    const { world, body } = exchange;
    const repository = repositoryOf(exchange);
    const id = nextId(world);
    const check: CheckRun = {
      id,
      nodeId: nodeIdOf('CR', id),
      repository,
      name: body.name,
      headSha: await namedCommit(repository, body.head_sha),
      status: 'queued',
      conclusion: null,
      detailsUrl: null,
      externalId: '',
      startedAt: world.clock.now(),
      completedAt: null,
      output: { title: null, summary: null, text: null, annotations: [] },
    };
    change(exchange, check);
    repository.checks.push(check);
    return { status: 201, body: presentCheck(world, check) };
  },

  'checks/update': (exchange) => {
    const check = checkOf(exchange);
    change(exchange, check);
    return { status: 200, body: presentCheck(exchange.world, check) };
  },

  'checks/get': (exchange) => ({ status: 200, body: presentCheck(exchange.world, checkOf(exchange)) }),

  'checks/list-for-ref': async (exchange) => {
    const repository = repositoryOf(exchange);
    const { check_name: name, status, filter } = exchange.query;
    const sha = await namedCommit(repository, String(exchange.path['ref']));
    const found = repository.checks
      .filter((check) => check.headSha === sha)
      .filter(
        (check) => (name === undefined || check.name === name) && (status === undefined || check.status === status),
      )
      .filter((check, at, all) => filter === 'all' || !all.slice(at + 1).some((later) => later.name === check.name))
      .toReversed();
    return pageAnswer(
      exchange,
      found,
      (check) => presentCheck(exchange.world, check),
      (list) => ({ total_count: found.length, check_runs: list }),
    );
  },

  'checks/list-annotations': (exchange) => {
    const check = checkOf(exchange);
    return pageAnswer(exchange, check.output.annotations, (each) => presentAnnotation(exchange.world, check, each));
  },
};

/** Applies a create's or an update's body. A conclusion completes; completing needs a conclusion. */
function change({ world, body }: Exchange, check: CheckRun): void {
  const completed = body.status === 'completed' || body.conclusion !== undefined;
  if (completed && (body.conclusion ?? null) === null) {
    const message = 'conclusion is required when status is completed';
    throw new Refusal(422, 'Validation Failed', {
      errors: [{ resource: 'CheckRun', code: 'missing_field', field: 'conclusion', message }],
    });
  }
  if (body.name !== undefined) check.name = body.name;
  if (body.details_url !== undefined) check.detailsUrl = body.details_url;
  if (body.external_id !== undefined) check.externalId = body.external_id;
  if (body.started_at !== undefined) check.startedAt = new Date(body.started_at);
  if (body.status !== undefined) check.status = body.status;
  if (completed) {
    check.status = 'completed';
    check.conclusion = body.conclusion;
    check.completedAt = body.completed_at === undefined ? world.clock.now() : new Date(body.completed_at);
  } else if (body.status !== undefined) {
    check.conclusion = null;
    check.completedAt = null;
  }
  const { output } = body;
  if (output === undefined) return;
  check.output = {
    title: output.title ?? check.output.title,
    summary: output.summary,
    text: output.text ?? null,
    annotations: [...check.output.annotations, ...(output.annotations ?? [])],
  };
}

function checkOf(exchange: Exchange): CheckRun {
  const check = repositoryOf(exchange).checks.find((each) => each.id === exchange.path['check_run_id']);
  if (check === undefined) throw notFound();
  return check;
}
