import * as z from 'zod';

/** `npm run owner -- NAME...`: the numbers of GitHub accounts, which `owners` wants because names can change hands. */
const Account = z.object({ id: z.int().positive(), login: z.string(), type: z.string() });
const api = process.env['GITHUB_API_URL'] ?? 'https://api.github.com';
const names = process.argv.slice(2);

if (names.length === 0 || !names.every((name) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/.test(name))) {
  process.stderr.write(
    "usage: npm run owner -- NAME...\nNAME is an account's login: letters, digits and hyphens, 39 at most.\n",
  );
  process.exitCode = 2;
} else {
  for (const name of names) await tell(name);
}

async function tell(name: string): Promise<void> {
  try {
    const answer = await fetch(`${api}/users/${name}`, { headers: { accept: 'application/vnd.github+json' } });
    if (answer.status === 404) throw new Error('there is no such account');
    if (!answer.ok) throw new Error(`${new URL(api).host} answered ${answer.status}`);
    const { id, login, type } = Account.parse(await answer.json());
    process.stdout.write(`${id}  ${login} (${type})\n`);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
