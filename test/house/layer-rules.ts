import { COMPUTED, type Import } from './module-graph.ts';

/** What `uses:`, the command line, the Lambda and the CDK start. Started, never imported. */
export const ENTRY_POINTS = ['src/main.ts', 'src/post.ts', 'src/cli/main.ts', 'lambda/handler.ts', 'infra/app.ts'];

/** The one file that may import an entry point: it runs the command from the sources, as the bundle does from dist/. */
const RUNS_AN_ENTRY_POINT = new Map([['scripts/pushback.ts', 'src/cli/main.ts']]);

type Layer = {
  /** The files it consists of; a capture in it can be referred to in `may` as `$1`. */
  files: RegExp;
  /** The files of ours that it may import. */
  may: string;
  /** The packages and Node modules that it may import. */
  packages: RegExp;
};

/** A file of this project (or beside it), in contrast to a package or a module of Node. */
const OURS = /^(?:(?:src|lambda|infra|test|scripts)\/|\.\.|[^/@]+\.(?:ts|js|json)$)/;
const ANY_PACKAGE = /^[a-z@]/;
const SRC = String.raw`src/`;

/** DESIGN's layers. A file belongs to the first that matches; every file must belong to one. */
const LAYERS: readonly Layer[] = [
  { files: /^src\/core\//, may: `^${SRC}core/`, packages: /^zod$/ },
  { files: /^src\/contract\//, may: `^${SRC}(core|contract)/`, packages: /^(?:zod|node:(?:util|zlib))$/ },
  { files: /^src\/ports\//, may: `^${SRC}(core|ports)/`, packages: /^(?!)/ },
  { files: /^src\/ledger\//, may: `^${SRC}(core|contract|ports|ledger)/`, packages: /^(?!@actions\/)/ },
  {
    files: /^src\/(?:pipeline\/|run-review\.ts$)/,
    may: `^${SRC}(core/|ports/|pipeline/|run-review\\.ts$)`,
    packages: ANY_PACKAGE,
  },
  {
    files: /^src\/adapters\/([^/]+)\//,
    may: `^${SRC}((core|contract|ports|ledger)/|adapters/$1/)`,
    packages: ANY_PACKAGE,
  },
  { files: /^src\/inputs\.ts$/, may: `^${SRC}core/`, packages: ANY_PACKAGE },
  { files: /^src\/(?:[^/]+\.ts$|action\/|cli\/|compose\/)/, may: `^(${SRC}|lambda/)`, packages: ANY_PACKAGE },
  {
    files: /^lambda\//,
    may: `^(lambda/|${SRC}(core|contract|ports|ledger|adapters/ledger-dynamodb)/)`,
    packages: /^(?!@actions\/)[a-z@]/,
  },
  {
    files: /^infra\//,
    may: `^(infra/|scripts/build/|${SRC}(core|contract|adapters/ledger-dynamodb)/)`,
    packages: /^(?!@actions\/)[a-z@]/,
  },
  { files: /^(?:test|scripts)\//, may: '', packages: ANY_PACKAGE },
];

/** What breaks the rules, a line per import. */
export function layerViolations(imports: readonly Import[]): string[] {
  return imports.flatMap((each) => {
    const objection = objectionTo(each);
    return objection === null ? [] : [`${each.from} imports ${each.to}: ${objection}`];
  });
}

function objectionTo({ from, to }: Import): string | null {
  if (ENTRY_POINTS.includes(to) && RUNS_AN_ENTRY_POINT.get(from) !== to) return 'nothing imports an entry point';
  const layer = LAYERS.find(({ files }) => files.test(from));
  if (layer === undefined) return 'the file belongs to no layer';
  if (to === COMPUTED) return from.startsWith('test/') ? null : 'an import must name its module';
  if (!OURS.test(to)) {
    return layer.packages.test(to) ? null : 'the layer may not import this package';
  }
  const allowed = layer.may.replaceAll('$1', layer.files.exec(from)?.[1] ?? '');
  return new RegExp(allowed).test(to) ? null : 'the layer may not import this file';
}
