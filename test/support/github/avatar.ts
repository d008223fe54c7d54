/** A face for an account: its initial on a colour of its own, or the mark that bots have. */
export function avatar(login: string): string {
  const hue = Array.from(login).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const bot = login.endsWith('[bot]');
  const face = bot
    ? '<rect x="18" y="26" width="44" height="34" rx="9" fill="none" stroke="#fff" stroke-width="6"/><path d="M40 26V14M8 40v10M72 40v10M32 40v8M48 40v8" stroke="#fff" stroke-width="6" stroke-linecap="round"/>'
    : `<text x="40" y="54" font-family="-apple-system,Segoe UI,Helvetica,Arial,sans-serif" font-size="40" font-weight="600" fill="#fff" text-anchor="middle">${escape(login.charAt(0).toUpperCase())}</text>`;
  const fill = bot ? '#24292f' : `hsl(${hue} 52% 45%)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><rect width="80" height="80" fill="${fill}"/>${face}</svg>`;
}

function escape(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
