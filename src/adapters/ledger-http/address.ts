/** The address of the endpoint can't be used. */
export class BadEndpointAddress extends Error {
  override readonly name = 'BadEndpointAddress';
}

/** The address that paths are appended to. https, or http on this very machine: the calls carry a token. */
export function endpointBase(address: string): string {
  if (!URL.canParse(address)) throw new BadEndpointAddress('the endpoint is not a URL; it looks like https://host');
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new BadEndpointAddress(
      `the endpoint must be https (http is for loopback only), and is ${url.protocol}//${url.host}`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new BadEndpointAddress('the endpoint must be a plain address: no user, password, query or fragment');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(hostname);
}
