import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { ROOT } from '../../cli/root.ts';
import { until } from '../../core/condition.ts';
import { execIn } from '../../tools/containers.ts';
import { LABEL, OWNER_LABEL, removeContainers } from '../../tools/ours.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { run } from '../../tools/shell.ts';
import { ensureBuilt, fluentdRecipe, ownRecipes } from '../k3s/images.ts';
import { ASK_FOR_LOAD } from './application-load.ts';
import { inWords, LOOK_AT_PROCESSES, ownProcesses, standsStill } from './container-processes.ts';
import { signalInside } from './signal-inside.ts';

const LOAD = ['--run', 'r1', '--file', '/tmp/app.log', '--lines-per-second', '10', '--for', '1h'];
const WAITING = [...LOAD, '--start', 'on-signal'];
const IDLE = ['fluentd', '--no-supervisor', '-c', '/dev/null'];

describe.skipIf(!inject('docker'))('a signal from inside a container', () => {
  let images: Record<'emitter' | 'fluentd', string>;
  const started: string[] = [];

  beforeAll(async () => {
    const silent = () => {};
    images = {
      emitter: await ensureBuilt(ownRecipes(ROOT).emitter, silent),
      fluentd: await ensureBuilt(fluentdRecipe('delivered', join(ROOT, 'fluentd')), silent),
    };
  });
  afterEach(() => removeContainers(started.splice(0)));

  async function start(...imageAndCommand: string[]): Promise<string> {
    const labels = ['--label', LABEL, '--label', `${OWNER_LABEL}=${await ownerOfThis()}`];
    const id = (await run(['docker', 'run', '--detach', ...labels, ...imageAndCommand])).trim();
    started.push(id);
    return id;
  }
  const execTo = (id: string) => (command: string[]) => execIn(id, command);
  const look = async (id: string) => ownProcesses(await execIn(id, LOOK_AT_PROCESSES));
  const exitCode = async (id: string) => Number(await run(['docker', 'wait', id], { withinMs: 20_000 }));
  const said = (id: string, words: RegExp, before?: () => Promise<unknown>) =>
    until(
      {
        name: `a container to say ${words}`,
        look: async () => {
          await before?.();
          const log = await run(['sh', '-c', `docker logs ${id} 2>&1`]);
          return words.test(log) ? { met: true, value: log } : { met: false, saw: log };
        },
      },
      { withinMs: 20_000 },
    );

  test.each([
    ['emitter', WAITING],
    ['fluentd', IDLE],
  ] as const)('%s is stopped, goes on, and is killed', async (name, command) => {
    const id = await start(images[name], ...command);
    await signalInside(execTo(id), name, 'SIGSTOP');
    const still = await look(id);
    expect([standsStill(still), inWords(still)]).toEqual([true, expect.stringMatching(/^1 S, \d+ T/)]);
    await signalInside(execTo(id), name, 'SIGCONT');
    expect(inWords(await look(id))).toMatch(/^1 S, \d+ [RSD]/);
    await signalInside(execTo(id), name, 'SIGKILL');
    expect(await exitCode(id)).toBe(137);
  });

  test('the emitter is asked for its load from its first moment on, and ended, through tini', async () => {
    const id = await start(images.emitter, ...WAITING);
    // It may not listen yet, and is asked again, as a run does.
    await said(id, /"ledger":"accepted"/, () => execIn(id, ASK_FOR_LOAD));
    await signalInside(execTo(id), 'emitter', 'SIGTERM');
    expect(await exitCode(id)).toBe(0);
    await said(id, /SIGTERM/);
  });

  test('a first process that runs no others can be neither killed nor stopped, and goes on', async () => {
    const id = await start('--entrypoint', 'node', images.emitter, '/emitter/emitter/main.ts', ...WAITING);
    for (const signal of ['SIGKILL', 'SIGSTOP'] as const)
      await expect(signalInside(execTo(id), 'emitter', signal)).rejects.toThrow('run it under tini');
    expect(inWords(await look(id))).toMatch(/^1 [RSD]$/);
  });
});
