const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);
/** GitHub redirects once, where a repository was renamed. */
const MAX_HOPS = 3;
/** No answer of GitHub's own, and none that is asked for again. */
const MISDIRECTED = 421;

/**
 * A fetch that repeats a request where the same server redirects it, as GitHub asks for, and goes nowhere else: neither the
 * token nor what is written about a private repository leaves that server.
 */
export function stayWithServer(request: typeof fetch): typeof fetch {
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : input);
    for (let hops = 0; ; hops += 1) {
      const response = await request(url.href, { ...init, redirect: 'manual' });
      const location = response.headers.get('location');
      if (!REDIRECTS.has(response.status) || location === null) return response;
      await response.body?.cancel();
      const next = URL.parse(location, url);
      if (next?.origin !== url.origin) return misdirected(`${url.host} redirects to another server`);
      if (hops === MAX_HOPS) return misdirected(`${url.host} redirects again and again`);
      url = next;
    }
  };
}

function misdirected(why: string): Response {
  return Response.json({ message: `${why}, which is not followed` }, { status: MISDIRECTED });
}
