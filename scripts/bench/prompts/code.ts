const VERBS = ['read', 'write', 'merge', 'price', 'ship', 'count', 'check', 'sort', 'send', 'hold'];
const NOUNS = ['Cart', 'Order', 'Invoice', 'Parcel', 'Stock', 'Refund', 'Voucher', 'Account', 'Address', 'Basket'];
const FIELDS = ['lines', 'entries', 'parcels', 'payments', 'returns', 'discounts', 'reminders'];

/** A file as people write them: functions of a dozen lines. `changed` names those that this version writes otherwise. */
export function codeFile(
  seed: number,
  functions: number,
  changed: (index: number) => string | null = () => null,
): string {
  const pick = (from: readonly string[], at: number): string => from[at % from.length] ?? '';
  const texts = Array.from({ length: functions }, (_, index) => {
    const at = seed * 31 + index * 7;
    const [verb, noun, field] = [pick(VERBS, at), pick(NOUNS, at >> 1), pick(FIELDS, at >> 2)];
    const tag = changed(index);
    const own =
      tag === null
        ? [`    row.total = row.count * row.cents + ${at % 97};`]
        : [
            `    const rate = ratesOf${tag}(row.country ?? '${pick(NOUNS, at + tag.length).toLowerCase()}');`,
            `    if (rate === undefined) throw new RangeError(\`no rate of ${tag} for \${row.id}\`);`,
            `    row.total = Math.round(row.count * row.cents * (1 + rate / 100)) + ${(at + tag.length) % 97};`,
            `    row.notes.push({ by: '${tag}', at: now, cents: row.total });`,
          ];
    return [
      `export function ${verb}${noun}${index}(input: ${noun}, limit = ${at % 1000}): Row[] {`,
      `  const rows = input.${field}.filter((row) => row.count > limit);`,
      '  if (rows.length === 0) return [];',
      `  const now = input.changedAt ?? clock.now();`,
      '  for (const row of rows) {',
      ...own,
      `    if (row.total < 0) log.warning(\`${noun} \${input.id}: \${row.total} in ${field}\`);`,
      '  }',
      `  return rows.map((row) => ({ ...row, key: \`${verb}:\${row.id}:${at % 10_007}\` }));`,
      '}',
    ].join('\n');
  });
  return `${texts.join('\n\n')}\n`;
}
