import { describe, expect, inject, test } from 'vitest';
import { ourContainers, ourNetworks } from '../tools/docker.ts';
import { leftOver } from '../tools/left-overs.ts';
import { spawnCli } from './spawn-cli.ts';

const docker = inject('docker');
const ONE = ['-t', 'delivers-every-line'];

/** Names of what runs of their own (not kept ones) have standing. */
async function standing(): Promise<string[]> {
  const all = [...(await ourContainers()), ...(await ourNetworks())];
  return all.map(({ name }) => name).filter((name) => name.startsWith('efk-r'));
}

async function leftBehind(): Promise<number> {
  return (await leftOver(await ourNetworks())).length;
}

/** What is left is found and removed by the next command that starts. */
async function startAgain(): Promise<void> {
  const { stdout } = await spawnCli('doctor', []);
  expect(stdout).toMatch(/left-overs: removed what a killed run had left: .*efk-r/);
  expect(await standing()).toEqual([]);
}

describe.skipIf(!docker)('npm run e2e, killed by SIGKILL, and started again', () => {
  const phases: [string, (said: string) => boolean | Promise<boolean>][] = [
    ['once the network is there', async () => (await ourNetworks()).some(({ name }) => name.startsWith('efk-r'))],
    ['while it stands up', async () => (await standing()).some((name) => name.endsWith('-engine'))],
    ['while it writes', (said) => said.includes('Kubernetes v')],
  ];
  test.each(phases)('%s: what it left is removed', async (_phase, interruptWhen) => {
    await spawnCli('e2e', ONE, { interruptWhen, by: 'SIGKILL' });
    expect(await leftBehind()).toBe(1);
    await startAgain();
  });

  test('another run goes its way meanwhile, and none of its containers is taken for left over', async () => {
    await spawnCli('e2e', ONE, { interruptWhen: phases[1]![1], by: 'SIGKILL' });
    expect(await leftBehind()).toBe(1);
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
});
