// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are GitHub's expressions, and the shell's
import { beforeAll, describe, expect, test } from 'vitest';
import { checkWorkflow } from './checks.ts';
import { type House, scriptCalls } from './commands.ts';
import { houseOf } from './house.ts';
import type { Job, Step } from './workflow.ts';

let house: House;
beforeAll(async () => {
  house = await houseOf();
});

const SHA = '08c6903cd8c0fde910a37f88322edcfb5dd907a8';
/** A workflow with one of everything, and nothing wrong with it. */
const sound = () => ({
  on: { workflow_dispatch: { inputs: { lasts: { default: '5m' } } }, push: null },
  permissions: { contents: 'read' } as unknown,
  concurrency: { group: 'x-${{ github.ref }}' } as unknown,
  env: { EFK_AWS_MINUTES: '${{ inputs.lasts }}' } as Record<string, unknown>,
  jobs: {
    build: {
      'timeout-minutes': 5 as unknown,
      outputs: { run: '${{ steps.made.outputs.run }}' },
      steps: [
        { uses: `actions/checkout@${SHA}`, with: { 'persist-credentials': false } },
        { id: 'made', run: 'echo run=1 >> "$GITHUB_OUTPUT"' },
      ] as Step[],
    } as Job,
    aws: {
      needs: 'build',
      'timeout-minutes': 5,
      permissions: { contents: 'read', 'id-token': 'write' },
      env: { LASTS: '${{ inputs.lasts }}', RUN: '${{ needs.build.outputs.run }}', TOKEN: '${{ secrets.TOKEN }}' },
      steps: [
        { uses: `aws-actions/configure-aws-credentials@${SHA}`, with: { 'role-to-assume': '${{ vars.ROLE }}' } },
        { run: 'npm run load -- --target aws --for "$LASTS" > load.log' },
        { if: 'always()', uses: `actions/upload-artifact@${SHA}`, with: { name: '${{ env.RUN }}' } },
        { if: "${{ always() && github.ref == 'refs/heads/main' }}", run: 'npm run down -- --target aws' },
      ],
    } as Job,
  },
});
type Sound = ReturnType<typeof sound>;
const step = (workflow: Sound, job: 'build' | 'aws', i: number) => workflow.jobs[job].steps![i]!;
const findingsOf = (change: (workflow: Sound) => void) => {
  const workflow = sound();
  change(workflow);
  return checkWorkflow(workflow, house);
};

test('a sound workflow has no findings', () => expect(findingsOf(() => {})).toEqual([]));

describe('is found', () => {
  test.each<[string, (workflow: Sound) => void, string[]]>([
    [
      'a script that is not there',
      (w) => {
        step(w, 'build', 1).run += '\nnpm run e3e';
      },
      ['job build, step 2: npm run e3e: no script of that name'],
    ],
    [
      'a flag that is not there',
      (w) => {
        step(w, 'build', 1).run += ' && npm run e2e -- --frobnicate';
      },
      ["job build, step 2: npm run e2e --frobnicate: unknown option '--frobnicate'\nsee: npm run e2e -- --help"],
    ],
    [
      'a flag of a command without a parser',
      (w) => {
        step(w, 'build', 1).run += '\nnpm run -s doctor -- --fix';
      },
      ['job build, step 2: npm run doctor --fix: --fix is no flag of it'],
    ],
    [
      'a value that a flag does not take, by way of an input',
      (w) => {
        w.on.workflow_dispatch.inputs.lasts.default = 'long';
      },
      [expect.stringMatching(/^job aws, step 2: npm run load --target aws --for long: .*--for/) as unknown as string],
    ],
    [
      'a variable that is not there, in env and in a script',
      (w) => {
        w.env['EFK_AWS_REGIO'] = 'x';
        step(w, 'build', 1).run += '\naws --region "$EFK_AWS_REGOIN"';
      },
      [
        'env: EFK_AWS_REGIO is no variable of the project',
        'job build, step 2: EFK_AWS_REGOIN is no variable of the project',
      ],
    ],
    [
      'an input in a script',
      (w) => {
        step(w, 'build', 1).run += '\necho ${{ inputs.lasts }}';
      },
      ['job build, step 2: ${{ inputs.lasts }} is put into a script, where it may be code: hand it over by env'],
    ],
    [
      "an event's text in a script of github-script",
      (w) => {
        step(w, 'build', 0).with!['script'] = 'log("${{ github.event.issue.title }}")';
      },
      [
        'job build, step 1: ${{ github.event.issue.title }} is put into a script, where it may be code: hand it over by env',
      ],
    ],
    [
      'a secret that is printed',
      (w) => {
        step(w, 'aws', 1).run += '\necho "token $TOKEN"';
      },
      ['job aws, step 2: prints TOKEN, which holds a secret'],
    ],
    [
      'a context that is not there, or not here',
      (w) => {
        w.jobs.build.env = { A: '${{ gihub.ref }}', B: '${{ runner.os }}' };
        step(w, 'build', 1).if = "secrets.TOKEN != ''";
      },
      [
        'job build: gihub.ref: the context gihub is not to be had here',
        'job build: runner.os: the context runner is not to be had here',
        'job build, step 2: secrets.TOKEN: the context secrets is not to be had here',
      ],
    ],
    [
      'a function that is not there, or not here',
      (w) => {
        step(w, 'build', 1).if = "alway() || contains(github.ref, 'x')";
        step(w, 'build', 1).env = { A: '${{ always() }}' };
      },
      [
        'job build, step 2: alway(): no function that may be called here',
        'job build, step 2: always(): no function that may be called here',
      ],
    ],
    [
      'an expression that is not closed, and a text in double quotes',
      (w) => {
        step(w, 'build', 1).env = { A: '${{ github.ref', B: '${{ github.ref == "x" }}' };
      },
      [
        'job build, step 2: ${{ is not closed by }}',
        'job build, step 2: a text in double quotes in ${{ github.ref == "x" }}: expressions have single ones',
        'job build, step 2: x: the context x is not to be had here',
      ],
    ],
    [
      'an input, a variable, a step, an output that is not there',
      (w) => {
        step(w, 'build', 1).env = {
          A: '${{ inputs.last }}',
          B: '${{ env.NONE }}',
          C: '${{ steps.made.outcome }}',
        };
      },
      [
        'job build, step 2: inputs.last: no input of that name',
        'job build, step 2: env.NONE: no variable of that name is set',
        'job build, step 2: steps.made.outcome: no step before this one has the id made',
      ],
    ],
    [
      'an output that no step writes',
      (w) => {
        step(w, 'build', 1).run = 'echo ran=1 >> "$GITHUB_OUTPUT"';
      },
      ['job build: steps.made.outputs.run: the step made writes no output run'],
    ],
    [
      'a job that is not there, or not needed, or without that output',
      (w) => {
        w.jobs.build.needs = ['lint'];
        w.jobs.build.env = { A: '${{ needs.aws.result }}' };
        w.jobs.aws.env = { RUN: '${{ needs.build.outputs.ran }}', LASTS: '5m' };
      },
      [
        'job build: needs lint, and there is no such job',
        'job build: needs.aws.result: aws is not among the jobs that this one needs',
        'job aws: needs.build.outputs.ran: the job build has no output ran',
      ],
    ],
    [
      'no permissions',
      (w) => {
        w.permissions = undefined;
      },
      ['permissions: expected a map of rights, got none, which is all that the repository gives'],
    ],
    [
      'permissions as a word',
      (w) => {
        w.permissions = 'write-all';
      },
      ['permissions: expected a map of rights, got write-all'],
    ],
    [
      'permissions to write',
      (w) => {
        w.permissions = { contents: 'write' };
      },
      ['permissions: contents: write is more than is needed'],
    ],
    [
      'a token that no step needs, and one that lacks',
      (w) => {
        w.jobs.build.permissions = { contents: 'read', 'id-token': 'write' };
        w.jobs.aws.permissions = { contents: 'read' };
      },
      [
        'job build, permissions: id-token: write is more than is needed',
        'job aws, permissions: expected id-token: write, as a step needs it',
      ],
    ],
    [
      'a job without an end',
      (w) => {
        w.jobs.build['timeout-minutes'] = undefined;
      },
      ['job build: expected timeout-minutes'],
    ],
    [
      'actions by tag and branch',
      (w) => {
        step(w, 'aws', 0).uses = 'aws-actions/configure-aws-credentials@v5';
        step(w, 'build', 0).uses = 'some/action@main';
      },
      [
        'job build, step 1: some/action@main is not pinned: expected the full SHA of a commit',
        'job aws, step 1: aws-actions/configure-aws-credentials@v5 is not pinned: expected the full SHA of a commit',
      ],
    ],
    [
      'ids twice, and one that is none',
      (w) => void w.jobs.build.steps!.push({ id: 'made', run: 'true' }, { id: '1st', run: 'true' }),
      ['job build, step 3: the id made is there already', 'job build, step 4: "1st" is no id'],
    ],
    [
      'a step that does nothing, or two things',
      (w) => void w.jobs.build.steps!.push({ name: 'x' }, { run: 'true', uses: './here' }),
      ['job build, step 3: expected either uses or run', 'job build, step 4: expected either uses or run'],
    ],
    [
      'a token that stays',
      (w) => {
        step(w, 'build', 0).with = {};
      },
      ['job build, step 1: leaves the token in .git: expected persist-credentials: false'],
    ],
    [
      'no concurrency',
      (w) => {
        w.concurrency = undefined;
      },
      ['concurrency: expected a group'],
    ],
    [
      'a trigger that is dangerous',
      (w) => void Object.assign(w.on, { pull_request_target: null }),
      ['on: pull_request_target runs the code of strangers with the rights of the repository'],
    ],
    [
      'no trigger',
      (w) => void Object.assign(w, { on: undefined, env: {}, jobs: {} }),
      ['on: expected a map of triggers'],
    ],
    [
      'what stays up on AWS where a step before fails',
      (w) => {
        step(w, 'aws', 3).if = 'success()';
      },
      ['job aws: no step after the run on AWS is npm run down -- --target aws with if: always()'],
    ],
    [
      'what is only looked at in the end, and not taken down',
      (w) => {
        step(w, 'aws', 3).run = 'npm run doctor -- --target aws';
      },
      ['job aws: no step after the run on AWS is npm run down -- --target aws with if: always()'],
    ],
    [
      'what is taken down elsewhere',
      (w) => {
        step(w, 'aws', 3).run = 'npm run down';
      },
      ['job aws: no step after the run on AWS is npm run down -- --target aws with if: always()'],
    ],
    [
      'results that are lost where a step before fails',
      (w) => void delete step(w, 'aws', 2).if,
      ['job aws, step 3: uploads only what went well: expected if: always()'],
    ],
  ])('%s', (_, change, findings) => expect(findingsOf(change)).toEqual(findings));
});

test('calls of npm scripts are read as a shell reads them', () => {
  expect(
    scriptCalls(
      'npm ci\nif x; then npm run --silent load -- compare "$a" results/latest >> "$OUT"; fi\nnpm run e2e -- \\\n  -t \'a b\' "${names[@]}" && npm test',
    ),
  ).toEqual([
    { script: 'load', words: ['compare', '$a', 'results/latest'] },
    { script: 'e2e', words: ['-t', 'a b'] },
    { script: 'test', words: [] },
  ]);
});
