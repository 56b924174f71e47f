import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EnvironmentError } from '../core/trouble.ts';
import { type AwsOptions, startAws } from '../targets/aws/start.ts';
import { accessAws } from './aws-access.ts';
import { readConfig } from './config.ts';
import { confirm } from './confirm.ts';
import { takeDown } from './stand-up.ts';
import { standUpAws } from './stand-up-aws.ts';

vi.mock('../targets/aws/start.ts', { spy: true });
vi.mock('./aws-access.ts', { spy: true });
vi.mock('./confirm.ts', { spy: true });

const left = vi.fn(async () => {});
const remarks: string[] = [];
let asides = 0;
const asked = {
  ...{ run: 'r1', pipeline: {} as never, signal: new AbortController().signal },
  ...{ say: () => {}, remark: (line: string) => void remarks.push(line) },
  aside<T>(work: () => Promise<T>) {
    asides++;
    return work();
  },
};

function standing(close: () => Promise<void>) {
  const spending = { dollars: 0.125, ended: new AbortController().signal };
  const surroundings = { engine: { name: 'opensearch', version: '2.19.5' }, kubernetes: 'v1.34.3', place: 'account 1' };
  vi.mocked(startAws).mockResolvedValue({ surroundings, spending, close } as never);
}

beforeEach(() => {
  vi.clearAllMocks();
  remarks.length = 0;
  vi.mocked(accessAws).mockResolvedValue({ [Symbol.asyncDispose]: left } as never);
});

const up = (flags = {}) => standUpAws({ rehearse: false, plant: [], yes: false, ...flags }, readConfig({}), asked);

describe('an account that is stood up', () => {
  test('is let go of at its end, whose price is told', async () => {
    const close = vi.fn(async () => {});
    standing(close);
    const target = await up();
    expect(target.introduction).toBe('account 1: opensearch 2.19.5, Kubernetes v1.34.3');
    expect(left).not.toHaveBeenCalled();
    expect(await takeDown(target, () => {})).toBe(true);
    expect(remarks).toEqual(['· spent $0.13 of Fargate']);
    expect([close.mock.calls.length, left.mock.calls.length]).toEqual([1, 1]);
  });

  test('is let go of also where something of the run stays, which is said', async () => {
    standing(() => Promise.reject(new EnvironmentError('the namespace a is not removed')));
    const target = await up({ rehearse: true });
    const said: string[] = [];
    expect(await takeDown(target, (line) => said.push(line))).toBe(false);
    expect(said).toEqual(['the namespace a is not removed']);
    expect(remarks).toEqual(['· spent $0.13 of Fargate, had it been Fargate']);
    expect(left).toHaveBeenCalledOnce();
  });

  test('is let go of where the run does not come about', async () => {
    vi.mocked(startAws).mockRejectedValue(new EnvironmentError('no'));
    await expect(up()).rejects.toThrow('no');
    expect(left).toHaveBeenCalledOnce();
  });
});

describe('the question', () => {
  const ask = (call = vi.mocked(startAws).mock.calls[0]!) => (call[0] as AwsOptions).ask('Spend?');

  test.each([[{ yes: true }], [{ rehearse: true }]])('is not asked with %o', async (flags) => {
    standing(async () => {});
    await up(flags);
    expect(await ask()).toBe(true);
    expect(confirm).not.toHaveBeenCalled();
  });

  test('has the terminal for itself, and its answer counts', async () => {
    standing(async () => {});
    await up();
    vi.mocked(confirm).mockResolvedValueOnce(false);
    expect(await ask()).toBe(false);
    expect(confirm).toHaveBeenCalledWith('Spend?', { signal: asked.signal });
    expect(asides).toBe(1);
  });
});

test('what never stood is down', async () => expect(await takeDown(undefined, () => {})).toBe(true));
