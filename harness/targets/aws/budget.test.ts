import { expect, test } from 'vitest';
import { limitsText, overBudget } from './budget.ts';

const BUDGET = { minutes: 60, dollars: 2 };

test.each([
  [{ ms: 60 * 60_000, dollars: 2 }, []],
  [{ ms: 60 * 60_000 + 1, dollars: 1 }, [/^! the time limit of 60 min .*raise budget\.minutes, or run fewer scen/]],
  [{ ms: 1, dollars: 2.01 }, [/^! the spend limit of \$2\.00 .*raise budget\.dollars, or run fewer scenarios \(-t\)/]],
  [{ ms: 1e9, dollars: 99 }, [/time limit/, /spend limit/]],
])('of an estimate of %o what is above the budget is told, with what to do', (estimate, lines) => {
  expect(overBudget(estimate, BUDGET)).toEqual(lines.map((line) => expect.stringMatching(line)));
});

test('limits in words', () => expect(limitsText(BUDGET)).toBe('60 min, $2.00'));
