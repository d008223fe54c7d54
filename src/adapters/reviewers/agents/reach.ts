import { connect } from 'node:net';

const PATIENCE_MS = 10_000;

/**
 * Whether somebody listens at an address: agents repeat calls to a dead one for minutes. Resolves to what is wrong, null
 * where a connection came about. Behind a proxy nothing is tried.
 */
export async function unreachable(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  if (['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => (env[name] ?? '') !== '')) return null;
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({ host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) });
    const settle = (fault: string | null): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(PATIENCE_MS, () => settle(`no connection within ${PATIENCE_MS / 1000} s`));
    socket.once('connect', () => settle(null));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
}
