/** Whether a pattern fits a whole text: `*` stands for any characters and none, `?` for one, as in IAM's StringLike and Fargate's selectors. */
export function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(text);
}
