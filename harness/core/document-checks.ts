import { timeOf } from './ledger-book.ts';
import { levelOf } from './record.ts';
import type { DocumentCheck } from './scenario.ts';

/**
 * `@timestamp` is the time in the record's line, to the millisecond. As lines are written in the order of their time, documents sorted by `@timestamp`
 * then stand in the order in which they were written, but for lines of one millisecond.
 */
export const keepsTime: DocumentCheck = ({ source }, { seq }, account) => {
  const expected = new Date(timeOf(account, seq)).toISOString();
  const found = source['@timestamp'];
  const same = typeof found === 'string' && Date.parse(found) === Date.parse(expected);
  return same ? undefined : `@timestamp: expected ${expected}, is ${found}`;
};

/** `level` is the record's own, in the letters that its format has. */
export const keepsLevel: DocumentCheck = ({ source }, { seq }, { format }) => {
  const expected = format === 'json' ? levelOf(seq) : levelOf(seq).toUpperCase();
  return source['level'] === expected ? undefined : `level: expected ${expected}, is ${source['level']}`;
};

/** What the names of daily indices begin with: the output's own, or the run's on a domain that is somebody's. */
const OF_A_DAY = /^(logstash|efkh-[a-z0-9]+)-(\d{4}\.\d\d\.\d\d)$/;

/** The index is `logstash-YYYY.MM.DD` of the day in UTC on which the record's line says that it was written. */
export const liesInItsOwnDay: DocumentCheck = ({ index }, { seq }, account) => {
  const day = new Date(timeOf(account, seq)).toISOString().slice(0, 10).replaceAll('-', '.');
  return index.match(OF_A_DAY)?.[2] === day ? undefined : `index: expected logstash-${day}, is ${index}`;
};

/** `@log_name` is the tag. */
export function carriesTag(tag: string): DocumentCheck {
  return ({ source }) =>
    source['@log_name'] === tag ? undefined : `@log_name: expected ${tag}, is ${source['@log_name']}`;
}
