/** ` (did you mean "x"?)` for the known name that is nearest to a wrong one; nothing where none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const [best] = known
    .map((one) => ({ one, edits: editsBetween(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, Math.floor(name.length / 3)) ? ` (did you mean "${best.one}"?)` : '';
}

/** Characters to insert, take away or replace (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (character === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
