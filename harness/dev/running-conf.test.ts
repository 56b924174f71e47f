import { expect, test } from 'vitest';
import { surveyPlanOf } from '../targets/kube/survey-plan.ts';
import { fakeStack } from './fake-stack.ts';
import { readConf, runningConf } from './running-conf.ts';

const conf = readConf(`
<source>
  @type tail_to_the_end
  path /app/log/*.log*
  exclude_path ["/app/log/*.gz"]
  pos_file /app/log/.fluentd/lines.pos
  <parse>
    @type json_or_text
  </parse>
</source>
<match docswave.**>
  @type opensearch_bulk
  <endpoint>
    url "#{ENV['AWS_ES_ENDPOINT']}"
  </endpoint>
</match>`);

test('a configuration tells what concerns the way of a record', () => {
  expect(conf).toMatchObject({
    follows: ['/app/log/*.log*'],
    excludes: ['/app/log/*.gz'],
    positions: surveyPlanOf(conf.text).positions,
    parsers: ['json_or_text'],
    endpoint: "#{ENV['AWS_ES_ENDPOINT']}",
  });
  expect(readConf('<match **>\n@type elasticsearch\nhost es\nport 443\nscheme https\n</match>').endpoint).toBe(
    'https://es:443',
  );
});

test('the endpoint of the one that runs is told with its variable', async () => {
  const endpoint = (name: string) => `<match **>\n<endpoint>\nurl "#{ENV['${name}']}"\n</endpoint>\n</match>`;
  await using set = await fakeStack(endpoint('HOME'));
  expect((await runningConf(set)).endpoint).toMatch(/^\//);
  await using unset = await fakeStack(endpoint('NO_SUCH_VARIABLE'));
  expect((await runningConf(unset)).endpoint).toBe('(NO_SUCH_VARIABLE is not set)');
});
