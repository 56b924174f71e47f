import { expect, test } from 'vitest';
import { until } from '../core/condition.ts';
import { follow } from './follow.ts';

test('lines of stdout and stderr come whole, also where they are written in pieces', async () => {
  const lines: string[] = [];
  const script =
    "process.stdout.write('one\\ntw'); setTimeout(() => { process.stdout.write('o\\n'); console.error('three') }, 50)";
  await follow([process.execPath, '-e', script], (line) => lines.push(line));
  expect(lines.sort()).toEqual(['one', 'three', 'two']);
});

test('it ends with its signal, and says nothing after it', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const over = follow(
    [process.execPath, '-e', "setInterval(() => console.log('again'), 5)"],
    (line) => lines.push(line),
    stop.signal,
  );
  const look = () => (lines.length > 1 ? { met: true as const, value: 0 } : { met: false as const, saw: 'nothing' });
  await until({ name: 'lines', look }, { withinMs: 5000 });
  stop.abort();
  const heard = lines.length;
  await over;
  expect(lines).toHaveLength(heard);
});

test('a command that fails tells its last words', async () => {
  const failing = follow([process.execPath, '-e', "console.error('no such thing'); process.exit(3)"], () => {});
  await expect(failing).rejects.toThrow(/exited with 3; its last words:\nno such thing/);
});
