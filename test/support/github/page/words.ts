/** Times and counts in GitHub's words. */

export function ago(at: Date, now: Date): string {
  const seconds = Math.max((now.getTime() - at.getTime()) / 1000, 0);
  if (seconds < 45) return 'now';
  if (seconds < 3_600) return counted(Math.max(Math.round(seconds / 60), 1), 'minute') + ' ago';
  if (seconds < 86_400) return counted(Math.round(seconds / 3_600), 'hour') + ' ago';
  if (seconds < 86_400 * 30) return counted(Math.round(seconds / 86_400), 'day') + ' ago';
  return `on ${at.toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric', timeZone: 'UTC' })}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}
