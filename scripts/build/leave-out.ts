import { dirname, join, relative } from 'node:path';
import type * as esbuild from 'esbuild';

/** Half of what the entry would load. GitHub's clients import it for proxies and `fetch`: it comes with their first call. */
const LATE_UNDICI = `
export class ProxyAgent {
  constructor(...args) {
    this.args = args;
  }
  agentOf(undici) {
    return (this.agent ??= new undici.ProxyAgent(...this.args));
  }
}
export async function fetch(input, init = {}) {
  const { default: undici } = await import('undici');
  const { dispatcher } = init;
  const late = typeof dispatcher?.agentOf === 'function';
  return undici.fetch(input, late ? { ...init, dispatcher: dispatcher.agentOf(undici) } : init);
}`;

/**
 * What packages bring along and nothing of ours can reach, or not at the start, each with what stands in its place. A name that is missing here
 * once a package needs it fails the build.
 */
const LEFT_OUT: readonly { package: RegExp; path: RegExp; contents: string }[] = [
  // Zod's messages in every language but English, which loads by itself.
  {
    package: /[/\\]zod[/\\]v4[/\\]/,
    path: /^\.\.\/locales\/index\.js$/,
    contents: "export { default as en } from './en.js';",
  },
  {
    package: /[/\\]@actions[/\\](?:github|http-client)[/\\]/,
    path: /^undici$/,
    contents: LATE_UNDICI,
  },
  // Where the AI SDK looks up models by their name alone; ours are always made by their provider.
  {
    package: /[/\\]node_modules[/\\]ai[/\\]/,
    path: /^@ai-sdk\/gateway$/,
    contents: `
const none = () => { throw new Error('this build knows no models by their name alone'); };
class GatewayError extends Error { static isInstance() { return false; } }
class GatewayAuthenticationError extends GatewayError {}
export { GatewayError, GatewayAuthenticationError, none as createGateway };
export const gateway = { languageModel: none, embeddingModel: none, imageModel: none };`,
  },
];

/** Tells what stands in a left out file's place among the bundle's inputs. */
export function isLeftOut(input: string): boolean {
  return /^left-out-\d+:/.test(input);
}

/** `root`: the project's. */
export function leaveOut(root: string): esbuild.Plugin {
  return {
    name: 'leave-out',
    setup(build) {
      for (const [index, { package: from, path, contents }] of LEFT_OUT.entries()) {
        const namespace = `left-out-${index}`;
        build.onResolve({ filter: path }, async ({ path: wanted, importer, resolveDir, kind }) => {
          if (!from.test(importer)) return null;
          const found = await build.resolve(wanted, { resolveDir, kind, importer: '', pluginData: namespace });
          // Names in the bundle must not tell where it was built, or no two folders build the same.
          return { path: relative(root, found.path).replaceAll('\\', '/'), namespace };
        });
        build.onLoad({ filter: /.*/, namespace }, ({ path: file }) => ({
          contents,
          loader: 'js',
          resolveDir: dirname(join(root, file)),
        }));
      }
    },
  };
}
