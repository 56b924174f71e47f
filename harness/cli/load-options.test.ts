import { afterEach, describe, expect, test, vi } from 'vitest';
import { UsageError } from '../core/trouble.ts';
import { parseLoadOptions } from './load-options.ts';

const parse = (...args: string[]) => parseLoadOptions(['node', 'load.ts', ...args]);

const NOTHING_SET = { profile: {}, load: {}, parameters: {}, limits: {}, redis: {} };
const EVERYTHING = {
  command: 'run',
  list: false,
  forMs: 900_000,
  topologies: ['direct', 'aggregator', 'redis'],
  questions: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  thresholds: [],
  goals: { p99: '5s', outage: '15m' },
  target: 'auto',
  rehearse: false,
  plant: [],
  yes: false,
  engine: 'opensearch',
  pipeline: 'delivered',
  keep: false,
  reuse: false,
  json: false,
  settings: NOTHING_SET,
};

describe('the command line of npm run load', () => {
  test('nothing asked for: every question, on every topology, within 15 minutes', () => {
    expect(parse()).toEqual(EVERYTHING);
  });

  test('on AWS, where every deployment waits for a node, all questions have more time; not in a rehearsal', () => {
    expect(parse('--target', 'aws')).toMatchObject({ forMs: 75 * 60_000 });
    expect(parse('--target', 'aws', '--for', '20m')).toMatchObject({ forMs: 20 * 60_000 });
    expect(parse('--target', 'aws', '--rehearse')).toMatchObject({ forMs: 15 * 60_000 });
  });

  test('some questions and topologies, in their order, in less time', () => {
    expect(parse('--for', '5m', '--questions', '7,1-3,2', '--topology', 'redis, direct', '--repeat', '5')).toEqual({
      ...EVERYTHING,
      forMs: 300_000,
      questions: [1, 2, 3, 7],
      topologies: ['direct', 'redis'],
      repeat: 5,
    });
  });

  test('a profile: itself alone, as long as it is, direct', () => {
    const { forMs: _, ...rest } = EVERYTHING;
    const alone = { ...rest, profile: 'steady', questions: [], topologies: ['direct'] };
    expect(parse('--profile', 'steady')).toEqual(alone);
    expect(parse('--profile', 'steady', '--for', '30s', '--topology', 'redis')).toEqual({
      ...alone,
      forMs: 30_000,
      topologies: ['redis'],
    });
  });

  test('a file that is replayed', () => {
    expect(parse('--replay', 'monday.csv')).toMatchObject({ replay: { file: 'monday.csv', speed: 1 }, questions: [] });
    expect(parse('--replay', 'monday.csv', '--speed', '2.5', '--sizes', 'lengths.csv')).toMatchObject({
      replay: { file: 'monday.csv', speed: 2.5, sizes: 'lengths.csv' },
    });
  });

  test('goals stay as they were given, thresholds and settings may come more than once', () => {
    const options = parse(
      ...['--p99', '1.5s', '--outage', '30m', '--threshold', 'p99 < 2s', '--threshold', 'mean(fluentd.cpu) < 0.4'],
      ...['--set', 'stage.rate=5', 'fluentd.cpu=500m', '--set', 'redis.appendonly=no', '--set', 'fluentd.a='],
    );
    expect(options).toMatchObject({
      goals: { p99: '1.5s', outage: '30m' },
      thresholds: [
        { of: 'total', name: 'p99', limit: 2000 },
        { of: 'metric', name: 'fluentd.cpu', aggregate: 'mean', limit: 0.4 },
      ],
      settings: {
        ...NOTHING_SET,
        profile: { rate: 5 },
        limits: { cpu: '500m' },
        redis: { appendonly: 'no' },
        parameters: { a: '' },
      },
    });
  });

  test('--rate and --bytes are short for settings', () => {
    expect(parse('--rate', '700', '--bytes', '1KiB')).toMatchObject({
      settings: { profile: { rate: 700, bytes: '1KiB' } },
    });
  });

  test('where it runs', () => {
    const asked = [
      '--target',
      'k3s',
      '--engine',
      'elasticsearch',
      '--pipeline',
      './mine',
      '--keep',
      '--reuse',
      '--json',
    ];
    expect(parse(...asked, '--list')).toEqual({
      ...EVERYTHING,
      list: true,
      target: 'k3s',
      engine: 'elasticsearch',
      pipeline: './mine',
      keep: true,
      reuse: true,
      json: true,
    });
  });

  test('compare takes two folders', () => {
    expect(parse('compare', 'results/a', 'results/b')).toEqual({
      command: 'compare',
      folders: ['results/a', 'results/b'],
      json: false,
    });
    expect(parse('compare', 'a', 'b', '--json')).toMatchObject({ json: true });
  });

  test('calibrate takes a local folder and one of AWS', () => {
    const folders = ['results/here', 'results/on-aws'];
    expect(parse('calibrate', ...folders)).toEqual({ command: 'calibrate', folders, json: false });
    expect(parse('calibrate', ...folders, '--out', 'f.json', '--json')).toEqual({
      command: 'calibrate',
      folders,
      out: 'f.json',
      json: true,
    });
  });

  test('plan takes a calibration, or none', () => {
    const fleet = ['plan', '--pods', '2', '--lines', '8', '--bytes', '4'];
    expect(parse(...fleet)).not.toHaveProperty('calibration');
    expect(parse(...fleet, '--calibration', 'f.json')).toMatchObject({ calibration: 'f.json' });
    expect(parse(...fleet, '--no-calibration')).toMatchObject({ calibration: false });
  });

  test('plan takes a fleet', () => {
    expect(
      parse('plan', '--pods', '200', '--lines', '800', '--bytes', '400', '--peak', '5', '--outage', '20m'),
    ).toEqual({
      command: 'plan',
      pods: 200,
      linesPerSecond: 800,
      bytesPerLine: 400,
      peak: 5,
      goals: { p99: '5s', outage: '20m' },
      json: false,
    });
    expect(
      parse('plan', '--pods', '2', '--lines', '0.5', '--bytes', '1KiB', '--from', 'results/x', '--p99', '2s', '--json'),
    ).toEqual({
      command: 'plan',
      pods: 2,
      linesPerSecond: 0.5,
      bytesPerLine: 1024,
      peak: 1,
      goals: { p99: '2s', outage: '15m' },
      from: 'results/x',
      json: true,
    });
  });

  test.each([
    [['--for', '5'], /--for.*'5' is invalid\. expected a duration such as 5ms, 5s/],
    [['--for', '0s'], /--for.*expected a duration above 0/],
    [['--p99', 'soon'], /--p99.*expected a duration such as/],
    [['--outage', '0m'], /--outage.*expected a duration above 0/],
    [['--topology', 'direct,kafka'], /expected some of direct, aggregator, redis, got "kafka"/],
    [['--questions', '0'], /expected numbers from 1 to 9, as in 1,3 or 1-4, got "0"/],
    [['--questions', '3-10'], /got "3-10"/],
    [['--questions', '4-2'], /got "4-2"/],
    [['--questions', '1,x'], /got "x"/],
    [['--questions', '1', '--profile', 'steady'], /--questions are those of the whole run/],
    [['--questions', '1', '--replay', 'a.csv'], /--questions are those of the whole run/],
    [['--profile', 'steady', '--replay', 'a.csv'], /--profile.*cannot be used with.*--replay/],
    [['--speed', '2'], /expected --replay FILE with them/],
    [['--sizes', 'a.csv'], /expected --replay FILE with them/],
    [['--replay', 'a.csv', '--speed', '0'], /--speed.*expected a number above 0/],
    [['--rate', '0'], /--set stage\.rate=0: expected a number above 0, got "0"/],
    [['--rate', '-3'], /--set stage\.rate=-3: expected a number above 0/],
    [['--bytes', '10MB'], /--set stage\.bytes=10MB: expected a size such as/],
    [['--set', 'stage.speed=1'], /unknown key "stage\.speed".*there are stage\.rate/],
    [['--threshold', 'loss == 0'], /unknown metric "loss".*; there are missing/],
    [['--repeat', '0'], /expected a whole number of 1 or more/],
    [['--target', 'moon'], /moon.*auto, k3s, embedded/s],
    [['--target', 'embedded', '--keep'], /--keep and --reuse need --target k3s/],
    [['--engine', 'solr'], /solr.*opensearch, elasticsearch/s],
    [['--target', 'aws', '--engine', 'opensearch'], /--engine is for local targets.*leave --engine out/],
    [['--target', 'k3s', '--rehearse'], /--rehearse and --yes need --target aws/],
    [['--yes'], /--rehearse and --yes need --target aws/],
    [['--target', 'aws', '--plant', 'eks=absent'], /--plant .*expected --rehearse with it/],
    [['--target', 'aws', '--rehearse', '--plant', 'moon'], /moon.*eks=absent/s],
    [['--target', 'aws', '--keep'], /what stays up on AWS goes on costing/],
    [['--frobnicate'], /unknown option '--frobnicate'/],
    [['stray'], /too many arguments/],
    [['compare', 'a'], /missing required argument 'B'/],
    [['compare', 'a', 'b', 'c'], /too many arguments/],
    [['calibrate', 'a'], /missing required argument 'AWS'/],
    [['calibrate', 'a', 'b', '--calibration', 'c'], /unknown option '--calibration'/],
    [['plan', '--lines', '800', '--bytes', '400'], /required option '--pods <n>' not specified/],
    [['plan', '--pods', '1.5', '--lines', '8', '--bytes', '4'], /--pods.*expected a whole number of 1 or more/],
    [['plan', '--pods', '1', '--lines', '0', '--bytes', '4'], /--lines.*expected a number above 0/],
    [['plan', '--pods', '1', '--lines', '8', '--bytes', '0'], /--bytes.*expected a size above 0/],
    [['plan', '--pods', '1', '--lines', '8', '--bytes', '4KB'], /--bytes.*expected a size such as/],
    [
      ['plan', '--pods', '1', '--lines', '8', '--bytes', '4', '--peak', '0.5'],
      /--peak.*expected a number of 1 or more/,
    ],
    [['plan', '--pods', '1', '--lines', '8', '--bytes', '4', '--profile', 'steady'], /unknown option '--profile'/],
  ])('%j is refused', (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });
});

describe('--help', () => {
  afterEach(() => vi.restoreAllMocks());
  const help = (...args: string[]) => {
    let said = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
    expect(parse(...args, '--help')).toBeUndefined();
    return said;
  };
  test.each([
    [
      [],
      [
        /--profile <name>/,
        /--set keys: stage\.rate.*redis\.NAME/,
        /Exit codes: 0 every threshold kept.*130 interrupted/s,
        /Examples:/,
        /compare/,
      ],
    ],
    [['plan'], [/--pods <n>/, /--outage <duration>/, /Exit codes: .*Examples:/s]],
    [['compare'], [/result folder of the one run/]],
    [['calibrate'], [/result folder of a run on k3s or embedded/, /--out <file>/, /Exit codes: .*Examples:/s]],
  ] as const)('of %j says what there is', (args, words) => {
    const said = help(...args);
    for (const word of words) expect(said).toMatch(word);
  });
  test('its examples are right', () => {
    const examples = [
      ...help().matchAll(/^ {2}npm run load(?: -- (.+))?$/gm),
      ...help('calibrate').matchAll(/^ {2}npm run load -- (.+)$/gm),
      ...help('plan').matchAll(/^ {2}npm run load -- (.+)$/gm),
    ];
    vi.restoreAllMocks();
    expect(examples.length).toBeGreaterThan(8);
    for (const [, args = ''] of examples) {
      const words = [...args.matchAll(/"([^"]+)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
      expect(parse(...words), args).toBeDefined();
    }
  });
});
