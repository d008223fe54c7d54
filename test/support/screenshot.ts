import { spawn } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Screenshot = {
  /** Where the picture goes, as PNG. */
  out: string;
  width?: number;
  height?: number;
  /** What the page is told that its reader prefers. */
  theme?: 'light' | 'dark';
} & ({ url: string } | { html: string });

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const TIME_LIMIT_MS = 60_000;

/** Takes a picture of a page with a headless Chromium; false where this machine has none. */
export async function screenshot(wanted: Screenshot): Promise<boolean> {
  const browser = await findBrowser();
  if (browser === null) return false;
  const folder = await mkdtemp(join(tmpdir(), 'pushback-picture-'));
  try {
    let url = 'url' in wanted ? wanted.url : '';
    if ('html' in wanted) {
      await writeFile(join(folder, 'page.html'), wanted.html);
      url = pathToFileURL(join(folder, 'page.html')).href;
    }
    await takePicture(browser, folder, url, wanted);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function findBrowser(): Promise<string | null> {
  for (const path of BROWSERS) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

function takePicture(browser: string, folder: string, url: string, wanted: Screenshot): Promise<void> {
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--hide-scrollbars',
    '--force-device-scale-factor=1',
    `--user-data-dir=${join(folder, 'profile')}`,
    `--window-size=${wanted.width ?? 1280},${wanted.height ?? 2400}`,
    ...(wanted.theme === 'dark'
      ? ['--blink-settings=preferredColorScheme=0']
      : ['--blink-settings=preferredColorScheme=1']),
    `--screenshot=${resolve(wanted.out)}`,
    url,
  ];
  return new Promise((done, fail) => {
    const child = spawn(browser, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
    child.once('error', fail);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) done();
      else fail(new Error(`${browser} ended with ${String(code)}: ${said.slice(-2_000)}`));
    });
  });
}
