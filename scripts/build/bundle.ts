import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { isLeftOut, leaveOut } from './leave-out.ts';
import { packRanks } from './pack-ranks.ts';
import { bundledLicenses } from './licenses.ts';

/** The project's root, wherever the command is started. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What an entry of the bundle runs. The modules themselves only export, so that importing one runs nothing. */
const ACTION_ENTRIES: Record<string, string> = {
  index: "import { main } from './src/main.ts';\nawait main();\n",
  post: "import { post } from './src/post.ts';\nawait post();\n",
  cli: "#!/usr/bin/env node\nimport { cli } from './src/cli/main.ts';\nprocess.exitCode = await cli(process.argv.slice(2));\n",
};

/** CommonJS packages inside an ESM bundle still call `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
  'const require = createRequireOfBundle(import.meta.url);';

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  // Names stay: minified they save an eighth, but every stack trace in somebody's log becomes unreadable.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  charset: 'utf8',
  banner: { js: REQUIRE_BANNER },
  metafile: true,
  logLevel: 'error',
} satisfies esbuild.BuildOptions;

/** Writes what `uses:` runs into `folder`, replacing what is there: three entries, their chunks, and the licences. */
export async function bundleAction(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await esbuild.build({
    ...COMMON,
    entryPoints: Object.keys(ACTION_ENTRIES).map((name) => ({ in: `entry:${name}`, out: name })),
    plugins: [entriesFromText(ACTION_ENTRIES), leaveOut(ROOT), packRanks()],
    outdir: folder,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n');
  const bundled = Object.keys(metafile.inputs).filter((name) => !isLeftOut(name));
  await writeFile(join(folder, 'licenses.txt'), await bundledLicenses(ROOT, bundled));
}

/** Writes a Lambda handler, the endpoint's by default, as `index.mjs` and its chunks into `folder`, replacing what is there. */
export async function bundleLambda(folder: string, entry = 'lambda/handler.ts'): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await esbuild.build({
    ...COMMON,
    entryPoints: [{ in: entry, out: 'index' }],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // What is imported only when it is used (the AWS client's other ways to credentials) is not even read at the start.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  await writeFile(join(folder, 'licenses.txt'), await bundledLicenses(ROOT, Object.keys(metafile.inputs)));
}

function entriesFromText(entries: Record<string, string>): esbuild.Plugin {
  return {
    name: 'entries-from-text',
    setup(build) {
      build.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice('entry:'.length), namespace: 'entry' }));
      build.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => {
        const contents = entries[path];
        if (contents === undefined) throw new Error(`no entry is called ${path}`);
        return { contents, loader: 'ts', resolveDir: ROOT };
      });
    },
  };
}
