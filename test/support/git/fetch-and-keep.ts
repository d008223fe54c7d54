/** A job of its own, as one on a runner: fetches commits and their files into a repository that keeps what it fetched. */
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { CommitSha } from '../../../src/core/ids.ts';

const [remoteUrl = '', workFolder = '', keptFolder = '', from, to] = process.argv.slice(2);
const kept = { folder: keptFolder, maxBytes: 1024 * 1024 };
await using repository = await openRepository({ remoteUrl, token: null, workFolder, kept });
const [base, head] = [CommitSha.parse(from), CommitSha.parse(to)];
const fetched = await repository.fetch([base, head]);
if (fetched.outcome !== 'fetched') throw new Error(fetched.why);
await repository.prefetch({ mergeBaseSha: base, headSha: head }, []);
const files = await repository.diff(base, head);
process.stdout.write(JSON.stringify(files.map((file) => file.new?.path)));
