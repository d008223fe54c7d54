import { expect, test } from '@jest/globals';
import { callerOf } from '../../src/action/ledger.ts';

test.each([
  ['pull_request_target', true, 'protected'],
  ['pull_request_target', false, 'contributor'],
  ['issue_comment', true, 'protected'],
  ['pull_request', true, 'contributor'],
  ['pull_request_review_comment', true, 'contributor'],
  ['merge_group', true, 'contributor'],
])('without an endpoint a run of %s (protected ref: %s) is trusted as there: %s', (eventName, refProtected, trust) => {
  const context = { ownerId: '7', workflowRun: { id: '1', attempt: 1 }, eventName, refProtected };
  expect(callerOf(context)).toEqual({ ownerId: '7', workflowRun: { id: '1', attempt: 1 }, trust });
});
