import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { until } from '../../core/condition.ts';
import { type LogApi, PodLogs } from './pod-logs.ts';

/** A node with one container, behind an API server that comes and goes. */
class FakeNode implements LogApi {
  /** By life, what it printed. */
  readonly logs: Record<string, string[]> = { one: [] };
  life = 'one';
  before: string | undefined;
  running = true;
  away = false;
  #streams: { sent: number; life: string; onLine: (line: string) => void; close: () => void }[] = [];

  print(...lines: string[]): void {
    this.logs[this.life]!.push(...lines);
    this.#send();
  }

  /** The API server goes, and every stream with it. */
  goAway(): void {
    this.away = true;
    for (const { close } of this.#streams.splice(0)) close();
  }

  end(): void {
    this.running = false;
    if (!this.away) for (const { close } of this.#streams.splice(0)) close();
  }

  restart(life: string): void {
    this.end();
    Object.assign(this, { before: this.life, life, running: true });
    this.logs[life] = [];
  }

  async pods(): Promise<V1Pod[]> {
    this.#answer();
    const lastState = this.before ? { terminated: { containerID: this.before, exitCode: 1 } } : {};
    const status = { name: 'app', image: 'x', imageID: 'x', ready: true, restartCount: 0, lastState };
    const state = this.running ? { running: {} } : { terminated: { exitCode: 0 } };
    return [
      { metadata: { name: 'pod' }, status: { containerStatuses: [{ ...status, containerID: this.life, state }] } },
    ];
  }

  async followLog(_namespace: string, _pod: string, _container: string, onLine: (line: string) => void) {
    this.#answer();
    const { promise: ended, resolve: close } = Promise.withResolvers<void>();
    this.#streams.push({ sent: 0, life: this.life, onLine, close });
    this.#send();
    if (!this.running) close();
    return { ended, stop: close };
  }

  async readLog(_namespace: string, _pod: string, _container: string, previous: boolean): Promise<string> {
    this.#answer();
    const life = previous ? this.before : this.life;
    if (life === undefined) throw new Error('no life before this one');
    return this.logs[life]!.map((line) => `${line}\n`).join('');
  }

  #send(): void {
    for (const stream of this.#streams)
      for (; stream.sent < this.logs[stream.life]!.length; stream.sent++)
        stream.onLine(this.logs[stream.life]![stream.sent]!);
  }

  #answer(): void {
    if (this.away) throw new Error('connect ECONNREFUSED');
  }
}

async function following(node: FakeNode) {
  const heard: string[] = [];
  const ends: string[] = [];
  const logs = new PodLogs(node, 'ns', {
    line: ({ id }, line) => heard.push(`${id} ${line}`),
    end: ({ id }) => ends.push(id),
  });
  logs.see(await node.pods());
  const heardAll = (...lines: string[]) =>
    until(
      {
        name: lines.join(', '),
        look: () =>
          heard.length >= lines.length ? { met: true, value: undefined } : { met: false, saw: heard.join(', ') },
      },
      { withinMs: 5000, everyMs: 5 },
    ).then(() => expect(heard).toEqual(lines));
  return { logs, ends, heardAll };
}

describe('the log of a container, while the API server restarts', () => {
  test('goes on: nothing is lost and nothing comes twice', async () => {
    const node = new FakeNode();
    const { logs, ends, heardAll } = await following(node);
    node.print('a', 'b');
    await heardAll('one a', 'one b');
    node.goAway();
    node.print('c');
    expect(await logs.drained(300)).toBe(false);
    node.away = false;
    node.print('d');
    await heardAll('one a', 'one b', 'one c', 'one d');
    expect(ends).toEqual([]);
    node.end();
    expect(await logs.drained(5000)).toBe(true);
    expect(ends).toEqual(['one']);
    await heardAll('one a', 'one b', 'one c', 'one d');
  });

  test('that ended meanwhile is read to its end', async () => {
    const node = new FakeNode();
    const { logs, ends, heardAll } = await following(node);
    node.print('a');
    node.goAway();
    node.print('b', 'c');
    node.end();
    // The list comes first, as the log is asked for while the server is still away.
    const { followLog } = node;
    node.followLog = async (...args) => {
      node.away = false;
      node.followLog = followLog;
      throw new Error(`connect ECONNREFUSED ${args[1]}`);
    };
    expect(await logs.drained(5000)).toBe(true);
    await heardAll('one a', 'one b', 'one c');
    expect(ends).toEqual(['one']);
  });

  test('that was restarted meanwhile keeps its own lines, and the new one its own', async () => {
    const node = new FakeNode();
    const { logs, ends, heardAll } = await following(node);
    node.print('a');
    const { followLog } = node;
    node.followLog = async () => {
      throw new Error('connect ECONNREFUSED');
    };
    node.goAway();
    node.print('b');
    node.restart('two');
    node.print('x', 'y', 'z');
    node.away = false;
    expect(await logs.drained(5000)).toBe(true);
    await heardAll('one a', 'one b');
    expect(ends).toEqual(['one']);
    node.followLog = followLog;
    logs.see(await node.pods());
    await heardAll('one a', 'one b', 'two x', 'two y', 'two z');
    logs.stop();
  });
});
