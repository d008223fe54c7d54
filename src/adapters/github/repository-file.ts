import type { RepositoryName } from '../../core/ids.ts';
import { HostFault } from '../../ports/pull-requests.ts';
import { createClient, type GitHubAccess } from './client.ts';
import { answered, hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';

/**
 * A file at the tip of the default branch, one call; null where there is none. Read to its end or not at all: a connection
 * that breaks on the way is a fault, never an empty file.
 *
 * @param maxBytes of a longer file, one byte more comes back, and the rest is not fetched
 */
export async function readRepositoryFile(
  access: GitHubAccess,
  repository: RepositoryName,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const doing = { what: `read ${path} of ${repository}`, permission: 'contents: read' };
  try {
    const { data, headers } = await createClient(access).rest.repos.getContent({
      ...ownerAndName(repository),
      path,
      mediaType: { format: 'raw' },
      request: { parseSuccessResponseBody: false },
    });
    const body: unknown = data;
    if (!(body instanceof ReadableStream)) throw new TypeError('the answer has no body');
    const bytes = await firstBytes(body as ReadableStream<Uint8Array>, maxBytes + 1);
    // Whatever else stands there is told of as JSON, whatever was asked for.
    if (/^application\/json\b/iu.test(headers['content-type'] ?? '')) {
      throw new HostFault(`${path} of ${repository} is no file: a folder, a submodule, or a link to none`);
    }
    return bytes;
  } catch (error) {
    if (answered(error, 404)) return null;
    throw hostFault(error, doing);
  }
}

/** Cancels what comes after. */
async function firstBytes(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
