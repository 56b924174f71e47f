import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Progress } from './progress.ts';

beforeEach(() => {
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('CI', undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** A terminal, and what was written to it so far. */
function terminal() {
  const stream = new PassThrough();
  const said: string[] = [];
  stream.on('data', (data) => said.push(String(data)));
  const nothing = () => true;
  const tty = { isTTY: true, columns: 80, cursorTo: nothing, clearLine: nothing, moveCursor: nothing };
  return { stream: Object.assign(stream, tty) as never as NodeJS.WriteStream, said };
}

const spins = (said: readonly string[]) => said.some((text) => text.includes('standing up'));

test('a question has the terminal for itself; then what is under way is shown again', async () => {
  const { stream, said } = terminal();
  const progress = new Progress(stream);
  progress.start('standing up');
  await vi.waitFor(() => expect(spins(said)).toBe(true));
  const answer = await progress.aside(async () => {
    // Whatever it still had to write is written by now.
    await new Promise(setImmediate);
    said.length = 0;
    progress.say('standing up', 'still at it');
    progress.print('a line');
    await new Promise(setImmediate);
    return [...said];
  });
  expect(answer.join('')).toContain('a line\n');
  expect(spins(answer)).toBe(false);
  await vi.waitFor(() => expect(spins(said)).toBe(true));
  progress.stop();
});

test('nothing is shown after a question where nothing is under way', async () => {
  const { stream, said } = terminal();
  const progress = new Progress(stream);
  await progress.aside(async () => {});
  progress.stop();
  await new Promise(setImmediate);
  expect(said).toEqual([]);
});

test('without a terminal, what goes on has a line each where that is asked for, and is said once', () => {
  const { stream, said } = terminal();
  stream.isTTY = false;
  const progress = new Progress(stream);
  progress.start('a scenario');
  progress.start('standing up', { told: true });
  progress.say('a scenario', 'waiting');
  for (const what of ['looking for images', 'pulling debian: 1 MB', 'pulling debian: 2 MB', 'starting opensearch'])
    progress.say('standing up', what);
  expect(said.join('')).toBe(
    '· standing up: looking for images\n· standing up: pulling debian\n· standing up: starting opensearch\n',
  );
});

test('on a terminal what goes on has no lines of its own', async () => {
  const { stream, said } = terminal();
  const progress = new Progress(stream);
  progress.start('standing up', { told: true });
  progress.say('standing up', 'looking for images');
  await vi.waitFor(() => expect(spins(said)).toBe(true));
  progress.stop();
  expect(said.join('')).not.toContain('· standing up');
});
