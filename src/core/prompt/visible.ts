/**
 * What people do not see, or what changes how the rest is shown: controls but tab and line feed, separators of lines and
 * paragraphs, marks of writing direction, zero-width and filling characters, variation selectors, tags, soft hyphens,
 * and what stands for bytes that are no UTF-8.
 */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** A joiner or a choice of look within an emoji: that is how emoji are written. */
const EMOJI =
  /\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?(?:\u200d\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?)*/gu;

/**
 * The text with everything unseen shown as `⟨U+202E⟩`, so that a model reads what a person sees, and sees what is hidden
 * from people. Carriage returns at the ends of lines are no more than that, and left out.
 */
export function visible(text: string): string {
  const lines = text.replaceAll(/(?<!\r)\r+(?=\n|$)/g, '');
  if (lines.search(UNSEEN) < 0) return lines;
  let shown = '';
  let from = 0;
  for (const { 0: emoji, index } of lines.matchAll(EMOJI)) {
    shown += named(lines.slice(from, index)) + emoji;
    from = index + emoji.length;
  }
  return shown + named(lines.slice(from));
}

function named(text: string): string {
  return text.replaceAll(
    UNSEEN,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
