import { randomBytes } from 'node:crypto';

/** A run's id: one letter and nine digits or letters, so that search engines keep it as one word. */
export function newRunId(): string {
  const number = randomBytes(6).readUIntBE(0, 6) % 36 ** 9;
  return `r${number.toString(36).padStart(9, '0')}`;
}
