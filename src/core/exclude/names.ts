/**
 * What a name alone says of a file. A lock file is data in a format of its own under a name of its own; the others hold
 * code that can run, so a new one under such a name is not taken at its word (`isKnownToBase` in decide.ts).
 */
export type NamedKind = { kind: 'lockfile' } | { kind: 'vendored'; root: string } | { kind: 'snapshot' | 'minified' };

const LOCKFILES = new Set(
  (
    'package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock composer.lock Cargo.lock ' +
    'Gemfile.lock gems.locked Pipfile.lock poetry.lock pdm.lock uv.lock pixi.lock pylock.toml conda-lock.yml go.sum ' +
    'go.work.sum Gopkg.lock glide.lock mix.lock rebar.lock pubspec.lock Podfile.lock Cartfile.resolved Package.resolved ' +
    'packages.lock.json paket.lock flake.lock MODULE.bazel.lock gradle.lockfile buildscript-gradle.lockfile ' +
    '.terraform.lock.hcl Chart.lock conan.lock cabal.project.freeze stack.yaml.lock shard.lock mise.lock devbox.lock'
  ).split(' '),
);

/** Folders whose content comes from elsewhere, wherever they are. */
const VENDORED = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'third_party',
  'third-party',
  'thirdparty',
  '3rdparty',
  'Godeps',
  'Pods',
  'site-packages',
]);

/** Folders of code of one's own: a `vendor` in one of them may well be code about vendors. */
const OWN = new Set(['src', 'app', 'lib', 'pkg', 'internal', 'test', 'tests', 'spec']);

/** Folders of Yarn's that hold programs of others; what else is in `.yarn` may be the project's own. */
const VENDORED_IN_YARN = new Set(['releases', 'plugins', 'sdks', 'unplugged', 'cache']);

export function namedKind(path: string): NamedKind | null {
  const parts = path.split('/');
  const root = vendoredRoot(parts);
  if (root !== null) return { kind: 'vendored', root };
  if (LOCKFILES.has(parts.at(-1) ?? '')) return { kind: 'lockfile' };
  if (isSnapshot(path)) return { kind: 'snapshot' };
  return hasMinifiedName(path) ? { kind: 'minified' } : null;
}

/** The outermost vendored folder that the path is in, with a slash at its end. */
function vendoredRoot(parts: readonly string[]): string | null {
  const folders = parts.slice(0, -1);
  const found = folders.findIndex((folder, index) => {
    if (folder === 'vendor') return !folders.slice(0, index).some((above) => OWN.has(above));
    return VENDORED.has(folder) || (folders[index - 1] === '.yarn' && VENDORED_IN_YARN.has(folder));
  });
  return found < 0 ? null : `${folders.slice(0, found + 1).join('/')}/`;
}

export function isSnapshot(path: string): boolean {
  return path.endsWith('.snap') || path.split('/').slice(0, -1).includes('__snapshots__');
}

export function hasMinifiedName(path: string): boolean {
  return /[.-]min\.(?:js|mjs|cjs|css)$/i.test(path);
}

/** The folder that a path is in, with a slash at its end; empty at the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

const TEXT_EXTENSIONS = new Set(
  (
    'adb ads asm astro bash bat bazel c cc cfg cjs clj cljs cmake cmd coffee conf cpp cr cs csproj css csv cts cu cxx d dart ' +
    'diff ejs el elm env erb erl ex exs f90 fish fs fsx go gradle graphql groovy h haml hbs hcl hh hpp hrl hs htm html ' +
    'hxx in ini ipynb jade java jl js json json5 jsonc jsp jsx kt kts less lisp lua m make mdx md mjs mk ml mli mm mts ' +
    'nim nix pas patch php pl plist pm properties proto ps1 psm1 pug py pyi pyx r rake rb rkt rs rst s sass scala scm scss ' +
    'sh sln sol sql styl svelte svg swift t tcl tex tf tfvars toml ts tsv tsx txt v vala vb vbs vhd vhdl vue xhtml xml ' +
    'xsd xsl xslt yaml yml zig zsh'
  ).split(' '),
);

/** Whether a file of this name is text by rights: code, markup, configuration, or a name without an extension. */
export function isTextName(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  return dot <= 0 || TEXT_EXTENSIONS.has(name.slice(dot + 1));
}
