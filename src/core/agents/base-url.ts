/** Some programs put the version of the protocol behind the address themselves. */
export function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/v1(?:beta)?\/*$/, '').replace(/\/+$/, '');
}
