import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../cli/config.ts';
import { ROOT } from '../cli/root.ts';
import { spawnCli } from '../cli/spawn-cli.ts';
import { until } from '../core/condition.ts';
import { EdgeAdmin } from '../edge/admin-client.ts';
import type { RuleInput } from '../edge/rules.ts';
import { withEndpoint, withParameter } from '../targets/kube/td-agent-conf.ts';
import { buildFirst } from './build-first.ts';
import { startCompose } from './compose-start.ts';
import { readBuffer } from './diagnosis/buffer-stage.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { Problem, StageName } from './diagnosis/finding.ts';
import { DOMAIN } from './diagnosis/recorded.ts';
import { probe } from './probe.ts';
import type { DevStack } from './stack.ts';

const docker = inject('docker');
/** A probe takes 3 s; one that is refused by then stays refused. */
const STUCK_MS = 7000;
const FOLDER = '/app/log';
const MOVED = `${FOLDER}/app.txt`;
/**
 * Makes fluentd stand ahead of its file, as it does where the file was cut and has grown again between two of its looks: each position that it has, for the
 * next seconds. It opens the file anew for every look then, as an open one keeps its own place.
 */
const STAND_AHEAD = `
  open_on_every_update true
  tag "#{Thread.new { 100.times { ObjectSpace.each_object(Fluent::Plugin::TailInput::FilePositionEntry) { |e| e.update_pos(1048576) rescue nil }; sleep 0.1 } }; 'docswave.applog'}"`;

let folder: string;
let stack: DevStack;
let edge: EdgeAdmin;
let conf: string;

/** One thing that is broken, and what the doctor must call it. */
interface Plant {
  stage: StageName;
  problem: Problem;
  /** Must stand in the evidence. */
  evidence: RegExp;
  plant(): Promise<unknown>;
  heal(): Promise<unknown>;
}

describe.skipIf(!docker)('the doctor', () => {
  beforeAll(async () => {
    await buildFirst();
    folder = mkdtempSync(join(tmpdir(), 'diagnosis-'));
    // fluentd's user reads it.
    chmodSync(folder, 0o755);
    cpSync(join(ROOT, 'fluentd', 'td-agent.conf'), join(folder, 'td-agent.conf'));
    const { images } = readConfig();
    const started = await startCompose({
      root: ROOT,
      images,
      ports: {},
      configFile: join(folder, 'td-agent.conf'),
      // One line in 100 s: an application that is as good as idle, so that the tests write what is written.
      linesPerSecond: 0.01,
      keep: false,
      say: () => {},
      remark: () => {},
      signal: AbortSignal.timeout(300_000),
    });
    stack = started.stack;
    edge = new EdgeAdmin(stack.addresses.edgeAdmin);
    conf = readFileSync(stack.configFile, 'utf8');
  });
  afterAll(async () => {
    await stack?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test('says that all is well, also of an application that has nothing to say', async () => {
    // So that the last line is none of the application's, whose time would not fit the file's any more.
    await probe(stack);
    await stack.exec('application', `touch -d '10 minutes ago' ${stack.logFile}`);
    const { findings, broken, probe: sent } = await diagnose(stack);
    expect(broken).toBeUndefined();
    expect(sent?.searchableMs).toBeGreaterThan(0);
    expect(findings.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      'parts well',
      'file warning',
      'read well',
      'buffer well',
      'sent well',
      'accepted well',
      'searchable well',
    ]);
    expect(findings[1]).toMatchObject({ problem: 'nothing written lately', saw: expect.stringMatching(/10m/) });
  });

  const plants: Record<string, Plant> = {
    'a file that is not written': {
      stage: 'file',
      problem: 'file not written',
      evidence: /application: running/,
      plant: () => stack.exec('application', `rm ${stack.logFile}`),
      heal: () => stack.write('a line in a new file'),
    },
    'an application that writes elsewhere': {
      stage: 'file',
      problem: 'path wrong',
      evidence: /there is \/app\/log\/app\.txt[\s\S]*fluentd follows \/app\/log\/\*\.log/,
      plant: () => stack.exec('application', `mv ${stack.logFile} ${MOVED}`),
      heal: () => stack.exec('application', `mv ${MOVED} ${stack.logFile}`),
    },
    'a fluentd that reads elsewhere': {
      stage: 'read',
      problem: 'path wrong',
      evidence: /fluentd follows \/app\/logs\/\*\.log/,
      plant: () => apply(conf.replace('path /app/log/*.log*', 'path /app/logs/*.log*')),
      heal: () => apply(conf),
    },
    'a file that fluentd may not read': {
      stage: 'read',
      problem: 'permission wrong',
      evidence: /mode 600, owner 1000[\s\S]*uid=999/,
      plant: () => stack.exec('application', `chmod 600 ${stack.logFile}`),
      heal: () => stack.exec('application', `chmod 644 ${stack.logFile}`),
    },
    'a pos_file that is ahead': {
      stage: 'read',
      problem: 'pos_file ahead',
      evidence: /lines\.pos: 1048576 /,
      async plant() {
        await apply(conf.replace('  tag docswave.applog', STAND_AHEAD));
        const look = async () => {
          const positions = await stack.exec('fluentd', `cat ${FOLDER}/.fluentd/lines.pos`);
          const met = positions.includes('0000000000100000');
          return met ? { met, value: positions } : { met, saw: positions };
        };
        await until({ name: 'fluentd to stand ahead', look }, { withinMs: 20_000 });
      },
      heal: () => apply(conf),
    },
    'a parser that does not fit': {
      stage: 'read',
      problem: 'parse error',
      evidence: /pattern not matched/,
      plant: () => apply(conf.replace('@type json_or_text', '@type apache2')),
      heal: () => apply(conf),
    },
    'a buffer that is full': {
      stage: 'buffer',
      problem: 'buffer full',
      evidence: /buffer overflow[\s\S]*\[503\]/,
      async plant() {
        await rule({ status: 503 });
        await apply(withParameter(withParameter(conf, 'total_limit_size', '64k'), 'chunk_limit_size', '16k'));
        const lines = `i=0; while [ $i -lt 2000 ]; do echo "line $i of an application that has much to say: $(printf '%0200d' 0)"; i=$((i+1)); done`;
        await stack.exec('application', `(${lines}) >> ${stack.logFile}`);
        const look = async () => {
          const { full, saw } = readBuffer(await stack.monitor());
          return full ? { met: true as const, value: saw } : { met: false as const, saw };
        };
        await until({ name: 'the buffer to be full', look }, { withinMs: 30_000 });
      },
      async heal() {
        await edge.clearRules();
        await apply(conf);
      },
    },
    'a name that is not resolved': {
      stage: 'sent',
      problem: 'DNS',
      evidence: /no-such-domain\.invalid/,
      plant: () => apply(withEndpoint(conf, { host: 'no-such-domain.invalid', port: 9200 })),
      heal: () => apply(conf),
    },
    'a port that speaks no TLS': {
      stage: 'sent',
      problem: 'TLS',
      evidence: /SSL_connect/,
      plant: () => apply(withEndpoint(conf, { host: 'edge', port: 9200, scheme: 'https' })),
      heal: () => apply(conf),
    },
    'a secret that is not the one of the key': {
      stage: 'accepted',
      problem: 'signature refused',
      evidence: /\[403\].*does not match[\s\S]*edge: \d+ requests? refused: wrong signature/,
      plant: () => edge.setCredentials([{ ...KEY, secretAccessKey: 'another' }]),
      heal: () => edge.setCredentials([KEY]),
    },
    'a clock that is off': {
      stage: 'accepted',
      problem: 'clock',
      evidence: /Signature expired/,
      plant: () => rule({ clockAheadMs: 3_600_000 }),
      heal: () => edge.clearRules(),
    },
    'a user without a role': {
      stage: 'accepted',
      problem: 'role not mapped',
      evidence: /no permissions for \[indices:data\/write\/bulk\]/,
      plant: () => rule({ status: 403, body: DOMAIN.roleNotMapped }),
      heal: () => edge.clearRules(),
    },
    'a policy that does not allow it': {
      stage: 'accepted',
      problem: 'access policy',
      evidence: /no resource-based policy allows/,
      plant: () => rule({ refusal: 'not authorized' }),
      heal: () => edge.clearRules(),
    },
    'bodies that are too large': {
      stage: 'accepted',
      problem: 'body too large',
      evidence: /\[413\].*10485760 bytes/,
      plant: () => rule({ status: 413 }),
      heal: () => edge.clearRules(),
    },
    'a domain that is busy': {
      stage: 'accepted',
      problem: 'throttled',
      evidence: /\[429\] 429 Too Many Requests/,
      plant: () => rule({ status: 429 }),
      heal: () => edge.clearRules(),
    },
    'an index that is blocked': {
      stage: 'accepted',
      problem: 'index blocked',
      evidence: /refused with 403[\s\S]*logstash-.*index\.blocks\.write = true/,
      plant: () => engine('PUT', '/logstash-*/_settings', { 'index.blocks.write': true }),
      heal: () => engine('PUT', '/logstash-*/_settings', { 'index.blocks.write': null }),
    },
    'a time zone': {
      stage: 'searchable',
      problem: 'time zone',
      evidence: /@timestamp .* in logstash-/,
      async plant() {
        const local = new Date(Date.now() + 9 * 3_600_000).toISOString();
        await stack.write(JSON.stringify({ time: local, level: 'info', message: `written in Seoul at ${local}` }));
      },
      heal: () => stack.write('a line without a time'),
    },
    'a field that changed its type': {
      stage: 'accepted',
      problem: 'mapping conflict',
      evidence:
        /records? refused with 400[\s\S]*mapper_parsing_exception.*failed to parse field \[level\] of type \[long\]/,
      async plant() {
        const template = { mappings: { properties: { level: { type: 'long' } } } };
        await engine('PUT', '/_index_template/conflict', { index_patterns: ['logstash-*'], template });
        await engine('DELETE', '/logstash-*');
      },
      async heal() {
        await engine('DELETE', '/_index_template/conflict');
        await engine('DELETE', '/logstash-*');
      },
    },
    'a domain that does not answer': {
      stage: 'sent',
      problem: 'no answer',
      evidence: /none was answered/,
      plant: () => rule({ hang: true }),
      heal: () => edge.clearRules(),
    },
  };

  test.each(Object.entries(plants))('names %s', async (_name, { stage, problem, evidence, plant, heal }) => {
    await plant();
    try {
      const { broken, findings } = await diagnose(stack, { withinMs: STUCK_MS });
      expect(broken, JSON.stringify(findings, undefined, 2)).toMatchObject({ stage, problem });
      expect(broken?.evidence?.join('\n')).toMatch(evidence);
      expect(broken?.mend).toBeTruthy();
    } finally {
      await heal();
    }
    // Healed: what is found next is of the next plant.
    expect((await probe(stack, { withinMs: 45_000 })).searchableMs).toBeGreaterThan(0);
  });

  test('and the probe say so on the command line, and end with 3 where no stack is up', async () => {
    const doctor = await spawnCli('doctor', ['--pipeline']);
    expect(doctor.stdout).toMatch(/✔ searchable: [\s\S]*✔ all is well: a record is searchable/);
    expect(doctor.code).toBe(0);
    const probed = await spawnCli('probe', ['--json', '--within', '20s']);
    expect(JSON.parse(probed.stdout)).toMatchObject({ index: expect.stringMatching(/^logstash-/) });
    expect(probed.code).toBe(0);

    await stack.close();
    for (const args of [['doctor', '--pipeline'], ['probe']] as const) {
      const { code, stderr } = await spawnCli(args[0], args.slice(1));
      expect(stderr).toMatch(/no stack is up: start one with npm run dev/);
      expect(code).toBe(3);
    }
  });
});

const KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

function rule(answer: RuleInput['answer']): Promise<void> {
  return edge.setRules([{ answer }]);
}

async function apply(text: string): Promise<void> {
  expect(await stack.apply(text)).toMatchObject({ applied: true });
}

async function engine(method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(stack.addresses.engine + path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}
