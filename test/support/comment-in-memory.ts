import type { Conversation } from '../../src/core/publish/plan.ts';
import { parseMarker } from '../../src/core/render/marker.ts';
import { renderPlaceholder } from '../../src/core/render/placeholder.ts';
import { MAX_BODY_LENGTH } from '../../src/core/render/view.ts';
import { HostFault } from '../../src/ports/pull-requests.ts';
import type { StickyComment } from '../../src/ports/sticky-comment.ts';
import { aKey, aRecord, sha } from './builders.ts';

/** A comment as GitHub keeps it: bounded, and with the line ends that its own form gives. */
export type CommentInMemory = StickyComment & {
  /** Null where there is none, or somebody deleted it. */
  body: string | null;
  /** What was asked for, in order. */
  readonly calls: ('read' | 'create' | 'edit')[];
};

export function commentInMemory(body: string | null = null): CommentInMemory {
  let id = body === null ? 0 : 1;
  const put = (text: string): void => {
    if (text.length > MAX_BODY_LENGTH) throw new HostFault('Body is too long (maximum is 65536 characters)');
    comment.body = text.replaceAll('\n', '\r\n');
  };
  const comment: CommentInMemory = {
    body,
    calls: [],
    async read(): Promise<Conversation> {
      comment.calls.push('read');
      const marker = parseMarker(comment.body ?? '');
      const ours = comment.body !== null && marker?.kind === 'summary';
      return {
        summary: ours ? { trend: [], ...marker, commentId: id, nodeId: `IC_${id}`, body: comment.body ?? '' } : null,
        headSha: null,
        reviews: [],
        comments: [],
      };
    },
    async create(text) {
      comment.calls.push('create');
      put(text);
      id += 1;
      return { commentId: id, nodeId: `IC_${id}` };
    },
    async edit({ commentId }, text) {
      comment.calls.push('edit');
      if (comment.body === null || commentId !== id) return 'gone';
      put(text);
      return 'edited';
    },
  };
  return comment;
}

export function aPlaceholder(told: number): string {
  const about = { session: 'acme/shop#12', pullRequest: aKey, runId: aRecord().runId, headSha: sha('1'), told };
  return renderPlaceholder({ ...about, runUrl: null }, 'begun');
}
