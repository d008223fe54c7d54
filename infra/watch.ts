import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { routes } from '../src/contract/routes.ts';

export type Watched = { api: HttpApi; handler: LambdaFunction; log: LogGroup; table: Table };

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

/** Alarms for what people would otherwise find out last, each with what to do in its description; and one page. */
export function watch(scope: Construct, watched: Watched, alarmTopic: string | null): void {
  const metrics = metricsOf(scope, watched);
  const alarms = alarmsOn(metrics).map(({ id, ...props }) => new Alarm(scope, id, props));
  if (alarmTopic !== null) {
    const action = new SnsAction(Topic.fromTopicArn(scope, 'AlarmTopic', alarmTopic));
    for (const alarm of alarms) alarm.addAlarmAction(action);
  }
  new Dashboard(scope, 'Dashboard', {
    widgets: [
      [
        new GraphWidget({ title: 'Reviews', width: 12, left: [metrics.claims, metrics.results] }),
        new GraphWidget({ title: 'Refused calls', width: 12, left: [metrics.unauthorised, metrics.forbidden] }),
      ],
      [
        new GraphWidget({ title: 'Time of a call', width: 12, left: [metrics.p50, metrics.p99] }),
        new GraphWidget({
          title: 'Faults',
          width: 12,
          left: [metrics.errors, metrics.serverErrors, metrics.throttles],
        }),
      ],
      [
        new GraphWidget({ title: 'Table: units', width: 12, left: [metrics.reads, metrics.writes] }),
        new GraphWidget({ title: 'Table: lost races', width: 12, left: [metrics.conflicts, metrics.refusedWrites] }),
      ],
    ],
  });
}

function metricsOf(scope: Construct, { api, handler, log, table }: Watched) {
  const perTable = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName },
      statistic: Stats.SUM,
      period: FIVE_MINUTES,
    });
  return {
    claims: counted(scope, log, 'Claims', `{ $.path = "${routes.claims.path}" && $.status = 201 }`),
    results: counted(scope, log, 'Results', `{ $.path = "${routes.results.path}" && $.status = 200 }`),
    forbidden: counted(scope, log, 'Forbidden', '{ $.status = 403 }'),
    unauthorised: api.metricClientError({ label: 'all refused calls', period: FIVE_MINUTES }),
    p50: api.metricLatency({ statistic: Stats.p(50), period: FIVE_MINUTES }),
    p99: api.metricLatency({ statistic: Stats.p(99), period: FIVE_MINUTES }),
    serverErrors: api.metricServerError({ period: FIVE_MINUTES }),
    errors: handler.metricErrors({ period: FIVE_MINUTES }),
    throttles: handler.metricThrottles({ period: FIVE_MINUTES }),
    reads: perTable('ConsumedReadCapacityUnits'),
    writes: perTable('ConsumedWriteCapacityUnits'),
    refusedWrites: perTable('ConditionalCheckFailedRequests'),
    conflicts: perTable('TransactionConflict'),
  };
}

/** What the endpoint's own log says of calls, as a number. */
function counted(scope: Construct, logGroup: LogGroup, name: string, pattern: string): Metric {
  const filter = new MetricFilter(scope, `${name}Filter`, {
    logGroup,
    filterPattern: FilterPattern.literal(pattern),
    metricNamespace: `Pushback/${scope.node.id}`,
    metricName: name,
    defaultValue: 0,
  });
  return filter.metric({ statistic: Stats.SUM, period: HOUR });
}

type AlarmOn = {
  id: string;
  metric: IMetric;
  threshold: number;
  evaluationPeriods: number;
  alarmDescription: string;
  comparisonOperator: ComparisonOperator;
  treatMissingData: TreatMissingData;
};

function alarmsOn(metrics: ReturnType<typeof metricsOf>): AlarmOn[] {
  const above = (
    id: string,
    metric: IMetric,
    threshold: number,
    periods: number,
    alarmDescription: string,
  ): AlarmOn => ({
    id,
    metric,
    threshold,
    evaluationPeriods: periods,
    alarmDescription,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const storm = new MathExpression({
    expression: 'refused + conflicts',
    usingMetrics: { refused: metrics.refusedWrites, conflicts: metrics.conflicts },
    period: FIVE_MINUTES,
    label: 'writes that lost a race',
  });
  const unfinished = new MathExpression({
    expression: 'IF(claims > 10, 100 * (claims - results) / claims, 0)',
    usingMetrics: { claims: metrics.claims, results: metrics.results },
    period: HOUR,
    label: '% of claims without a result',
  });
  return [
    above('Errors', metrics.errors, 0, 1, 'The function ended in an error. Its log says why, at level "error".'),
    above('ServerErrors', metrics.serverErrors, 5, 1, 'Callers got a 5xx. The log names the fault by request id.'),
    above(
      'Throttles',
      metrics.throttles,
      0,
      2,
      'Calls were turned away: raise `concurrency`, or see who calls so often.',
    ),
    above('Latency', metrics.p99, 5000, 3, 'One call in a hundred takes over 5 s: look at the traces.'),
    above(
      'LostRaces',
      storm,
      500,
      3,
      'Many writes meet each other on the same pull request: a loop of workflows, or one event that starts many jobs.',
    ),
    above(
      'Unfinished',
      unfinished,
      50,
      3,
      'More than half of the claimed reviews end without a result: reviewers fail, or jobs are cancelled.',
    ),
  ];
}
