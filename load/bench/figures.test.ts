import { expect, test } from 'vitest';
import { UsageError } from '../../harness/core/trouble.ts';
import { FIGURES, pickFigures } from './figures.ts';

const names = (...args: [string[], boolean]) => pickFigures(FIGURES, ...args).map(({ name }) => name);

test('without names: all but the long one, which --whole adds', () => {
  const all = FIGURES.map(({ name }) => name);
  expect(names([], true)).toEqual(all);
  expect(names([], false)).toEqual(all.filter((name) => name !== 'whole'));
});

test('with names: these, in the order of the table; a long one by its name, or by --whole', () => {
  expect(names(['warm', 'edge'], false)).toEqual(['edge', 'warm']);
  expect(names(['whole'], false)).toEqual(['whole']);
  expect(names(['edge'], true)).toEqual(['edge', 'whole']);
});

test('a name that is none is quoted, with those that there are', () => {
  expect(() => names(['edge', 'egde', ''], false)).toThrow(UsageError);
  expect(() => names(['edge', 'egde'], false)).toThrow(/--only "egde": no such figure; there are emitter, edge, /);
});

test('no two figures have a name', () => {
  expect(new Set(FIGURES.map(({ name }) => name)).size).toBe(FIGURES.length);
});
