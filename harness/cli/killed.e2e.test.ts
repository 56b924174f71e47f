import { describe, expect, inject, test } from 'vitest';
import { leftOver } from '../tools/left-overs.ts';
import { ourContainers, ourNetworks } from '../tools/ours.ts';
import { spawnCli } from './spawn-cli.ts';

const docker = inject('docker');
const ONE = ['-t', 'delivers-every-line'];

/** Names of what runs of their own (not kept ones) have standing. */
async function standing(): Promise<string[]> {
  const all = [...(await ourContainers()), ...(await ourNetworks())];
  return all.map(({ name }) => name).filter((name) => name.startsWith('efk-r'));
}

type Condition = (said: string) => boolean | Promise<boolean>;

/** Kills a run once `interruptWhen` says so. */
async function killRun(interruptWhen: Condition, env: Record<string, string> = {}): Promise<void> {
  const { code, stdout, stderr } = await spawnCli('e2e', ONE, { interruptWhen, by: 'SIGKILL', env });
  if (code !== null) throw new Error(`it was not killed, it ended with ${code}:\n${stdout}${stderr}`);
}

/** The same; what it left are the networks that this returns. */
async function killed(interruptWhen: Condition): Promise<string[]> {
  // Its reaper would remove them ten seconds later: before anybody has looked, where Docker is busy.
  await killRun(interruptWhen, { TESTCONTAINERS_RYUK_DISABLED: 'true' });
  return (await leftOver(await ourNetworks())).map(({ name }) => name);
}

/** What is left is found and removed by the next command that starts. */
async function startAgain(): Promise<void> {
  const { stdout } = await spawnCli('doctor', []);
  expect(stdout).toMatch(/left-overs: removed what a killed run had left: .*efk-r/);
  expect(await standing()).toEqual([]);
}

describe.skipIf(!docker)('npm run e2e, killed by SIGKILL, and started again', () => {
  const phases: [string, Condition][] = [
    ['once the network is there', async () => (await ourNetworks()).some(({ name }) => name.startsWith('efk-r'))],
    ['while it stands up', async () => (await standing()).some((name) => name.endsWith('-engine'))],
    ['while it writes', (said) => said.includes('Kubernetes v')],
  ];
  test.each(phases)('%s: what it left is removed', async (_phase, interruptWhen) => {
    expect(await killed(interruptWhen)).toEqual([expect.stringMatching(/^efk-r/)]);
    await startAgain();
  });

  test('another run goes its way meanwhile, and none of its containers is taken for left over', async () => {
    expect(await killed(phases[1]![1])).toEqual([expect.stringMatching(/^efk-r/)]);
    let looked = '';
    const { code, stdout } = await spawnCli('e2e', ONE, {
      interruptWhen: async (said) => {
        if (said.includes('Kubernetes v') && !looked) looked = (await spawnCli('doctor', [])).stdout;
        return false;
      },
    });
    expect(stdout).toMatch(/removed what a killed run had left: /);
    expect(looked).toContain('left-overs: ');
    expect(looked).not.toContain('efk-r');
    expect(code).toBe(0);
    expect(await standing()).toEqual([]);
  });

  test('its own reaper removes what it left, where no other command comes', async () => {
    await killRun(phases[1]![1]);
    await expect.poll(standing, { timeout: 60_000, interval: 1000 }).toEqual([]);
  });

  test('the reaper of a killed run leaves those alone that start as it ends', async () => {
    await killRun(phases[1]![1]);
    // It waits for ten seconds, and the next run takes two or three until its first container.
    await new Promise((resolve) => setTimeout(resolve, 7000));
    const { code, stdout, stderr } = await spawnCli('e2e', ONE);
    expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
  });
});
