import { sectionsOf, surveyPlanOf } from '../targets/kube/survey-plan.ts';
import type { DevStack } from './stack.ts';

/** What fluentd's configuration says about a record's way. */
export interface RunningConf {
  text: string;
  /** What the tail sources follow and leave out; patterns for a shell, `*` where a date stands. */
  follows: string[];
  excludes: string[];
  /** pos_files, as patterns for a shell. */
  positions: string[];
  /** Files of dead letters, as patterns for a shell. */
  deadLetters: string[];
  /** Types of the parsers of the tail sources. */
  parsers: string[];
  /** Where the domain is, as it stands there: `#{ENV['AWS_ES_ENDPOINT']}`. */
  endpoint: string | undefined;
}

/** Reads what concerns a record's way out of a configuration. */
export function readConf(text: string): RunningConf {
  const { positions, deadLetters } = surveyPlanOf(text);
  const all = sectionsOf(text);
  const tails = all.filter(({ parameters }) => /^tail(_|$)/.test(parameters.get('@type') ?? ''));
  const listed = (name: string) => tails.flatMap(({ parameters }) => patterns(parameters.get(name) ?? ''));
  const output = all.find(({ name, parameters }) => name === 'endpoint' || parameters.has('host'));
  const at = (name: string) => output?.parameters.get(name);
  return {
    text,
    follows: listed('path'),
    excludes: listed('exclude_path'),
    positions,
    deadLetters,
    parsers: all
      .filter(({ name, within }) => name === 'parse' && within !== undefined && tails.includes(within))
      .flatMap(({ parameters }) => parameters.get('@type') ?? []),
    endpoint: at('url') ?? (at('host') && `${at('scheme') ?? 'http'}://${at('host')}:${at('port') ?? '9200'}`),
  };
}

/** The configuration that fluentd's container has, which need not be the one on this machine; its endpoint with the variables that it names. */
export async function runningConf(stack: DevStack): Promise<RunningConf> {
  const conf = readConf(
    await stack.exec('fluentd', 'cat "$(printenv FLUENT_CONF || echo /etc/td-agent/td-agent.conf)"'),
  );
  const name = conf.endpoint?.match(ENV)?.[1];
  if (!conf.endpoint || !name) return conf;
  const value = (await stack.exec('fluentd', `printenv ${name} || true`)).trim();
  return { ...conf, endpoint: conf.endpoint.replace(ENV, () => value || `(${name} is not set)`) };
}

/** A variable inside of a value: `#{ENV['AWS_ES_ENDPOINT']}`. */
const ENV = /#\{ENV\[['"](\w+)['"]\]\}/;

/** `/a/*.log,/b/%Y.log` or `["/a/*.gz"]` as patterns. */
function patterns(value: string): string[] {
  return value
    .replaceAll(/["'[\]]/g, '')
    .split(',')
    .map((one) => one.trim().replaceAll(/%\w/g, '*'))
    .filter((one) => one !== '');
}
