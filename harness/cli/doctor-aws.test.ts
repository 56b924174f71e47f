import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EXIT } from '../core/trouble.ts';
import { deliveredOnAws } from '../targets/aws/fake-run.ts';
import { lookFirst } from '../targets/aws/look-first.ts';
import { blueprintsFor } from '../targets/aws/start.ts';
import { accessAws } from './aws-access.ts';
import { readConfig } from './config.ts';
import { doctorAws } from './doctor-aws.ts';

vi.mock('../targets/aws/look-first.ts', { spy: true });
vi.mock('../targets/aws/start.ts', { spy: true });
vi.mock('./aws-access.ts', { spy: true });

const OK = { check: 'credentials', state: 'ok', saw: 'kim' } as const;
const BAD = { check: 'repository', state: 'bad', saw: 'there is none', fix: 'make one' } as const;
const left = vi.fn(async () => {});
const said = { stdout: '', stderr: '' };

beforeEach(() => {
  Object.assign(said, { stdout: '', stderr: '' });
  left.mockClear();
  vi.stubEnv('NO_COLOR', '1');
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += text;
      return true;
    });
  vi.mocked(accessAws).mockResolvedValue({ settings: {}, [Symbol.asyncDispose]: left } as never);
  vi.mocked(blueprintsFor).mockReturnValue(async () => deliveredOnAws());
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.mocked(process.stdout.write).mockRestore();
  vi.mocked(process.stderr.write).mockRestore();
});

function finds(...results: (typeof OK | typeof BAD)[]) {
  vi.mocked(lookFirst).mockImplementation(async (_access, _own, _work, tell) => {
    for (const result of results) tell?.(result);
    return results;
  });
}
const doctor = (json: boolean) =>
  doctorAws({ rehearse: false, plant: [] }, readConfig({}), { json, signal: new AbortController().signal });

test('a line for each check, with what mends it', async () => {
  finds(OK, BAD);
  expect(await doctor(false)).toBe(EXIT.environment);
  expect(said.stdout).toMatch(/✔.* credentials: kim\n.*✘.* repository: there is none\n {4}mend: make one\n/);
  expect(left).toHaveBeenCalledOnce();
});

test('for machines: the checks as JSON on stdout, and nothing else there', async () => {
  finds(OK, BAD);
  expect(await doctor(true)).toBe(EXIT.environment);
  expect(JSON.parse(said.stdout)).toEqual([OK, BAD]);
  expect(said.stderr).toContain('credentials: kim');
});

test('all well is 0; the account is let go of also where a look breaks', async () => {
  finds(OK);
  expect(await doctor(true)).toBe(EXIT.pass);
  vi.mocked(lookFirst).mockRejectedValue(new Error('broken'));
  await expect(doctor(false)).rejects.toThrow('broken');
  expect(left).toHaveBeenCalledTimes(2);
});
