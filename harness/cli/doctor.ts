import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { Command } from 'commander';
import pc from 'picocolors';
import { formatBytes } from '../core/duration.ts';
import { EXIT, UsageError } from '../core/trouble.ts';
import { findBundler, findCompiler, findRuby, Missing, tryNamespaces } from '../targets/embedded/requirements.ts';
import { dockerInfo, dockerVersion, imageId, ourContainers } from '../tools/docker.ts';
import { removeLeftOvers, withoutLive } from '../tools/left-overs.ts';
import { durationMs } from './arguments.ts';
import { type Config, readConfig, VARIABLES } from './config.ts';
import { doctorManifests } from './doctor-manifests.ts';
import { doctorPipeline } from './doctor-pipeline.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';

/** One line of the doctor: what was looked at, what was seen, and how to mend it. `warn` does not fail. */
interface Finding {
  check: string;
  state: 'ok' | 'warn' | 'bad';
  saw: string;
  fix?: string;
}

interface PipelineFlags {
  pipeline?: boolean;
  within?: number;
  target?: string;
  json?: boolean;
}

const GIB = 2 ** 30;
/** Cluster 1.2 GiB, engine 1.4 GiB, pods 0.5 GiB, measured; the rest is the host's. */
const MEMORY_BYTES = 4 * GIB;
const DISK_BYTES = 6 * GIB;

const command = new Command('npm run doctor --')
  .description(
    'Checks what npm run e2e needs (Docker, memory, disk, ports, images; without Docker: Ruby, gems, namespaces) and says how to mend what is missing.',
  )
  .option('--manifests <folder>', 'look for what Fargate would refuse in a folder of manifests instead; 1: found some')
  .option(
    '--pipeline',
    "walks a record's way through the stack of npm run dev instead, and names the first broken stage",
  )
  .option(
    '--within <duration>',
    'with --pipeline: how long a record may take (two flush intervals and 10s)',
    durationMs,
  )
  .option('--target <kind>', 'with --pipeline: compose or k3s; the one that is up unless told')
  .option('--json', 'with --pipeline: for machines')
  .addHelpText(
    'after',
    '\nExit codes: 0 well, 1 a stage of the pipeline is broken, 2 bad usage, 3 the environment lacks something, or no stack is up.',
  );

await exitWith(async (signal) => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const { pipeline, within, target, json, manifests } = command.opts<PipelineFlags & { manifests?: string }>();
  if (pipeline && manifests !== undefined)
    throw new UsageError('--pipeline and --manifests are two different looks: expected one of them');
  if (manifests !== undefined) return doctorManifests(manifests, (line) => process.stdout.write(`${line}\n`));
  if (pipeline) return doctorPipeline({ target, json, signal, ...(within === undefined ? {} : { withinMs: within }) });
  const [withDocker, withoutDocker] = await Promise.all([docker(readConfig()), embedded()]);
  const findings = [nodeVersion(), ...oneIsEnough(withDocker, withoutDocker), disk(), await ports()];
  const mark = { ok: pc.green('✔'), warn: pc.yellow('!'), bad: pc.red('✘') };
  for (const { check, state, saw, fix } of findings)
    process.stdout.write(`${mark[state]} ${check}: ${saw}${fix ? `\n    mend: ${fix}` : ''}\n`);
  return findings.some(({ state }) => state === 'bad') ? EXIT.environment : EXIT.pass;
});

/** Docker or all of the embedded target's needs: what one of them lacks is no more than a warning where the other is there. */
function oneIsEnough(withDocker: Finding[], withoutDocker: Finding[]): Finding[] {
  const works = (findings: Finding[]) => findings.every(({ state }) => state !== 'bad');
  const mild = (findings: Finding[]) =>
    findings.map((one): Finding => (one.state === 'bad' ? { ...one, state: 'warn' } : one));
  return [
    ...(works(withoutDocker) ? mild(withDocker) : withDocker),
    ...(works(withDocker) ? mild(withoutDocker) : withoutDocker),
  ];
}

/** What --target embedded needs. */
async function embedded(): Promise<Finding[]> {
  const checks: [string, () => Promise<string>][] = [
    ['Ruby', async () => (await findRuby()).version],
    ['Bundler', findBundler],
    ['compiler', findCompiler],
    ['namespaces', tryNamespaces],
  ];
  return Promise.all(
    checks.map(async ([check, find]): Promise<Finding> => {
      try {
        return { check, state: 'ok', saw: await find() };
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        return { check, state: 'bad', saw: error.saw, fix: error.fix };
      }
    }),
  );
}

function nodeVersion(): Finding {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return {
    check: 'Node',
    state: ok ? 'ok' : 'bad',
    saw: process.version,
    ...(ok ? {} : { fix: 'start through npm: npm ci && npm run doctor (the package brings Node 24)' }),
  };
}

async function docker({ images }: Config): Promise<Finding[]> {
  let version: string;
  try {
    version = await dockerVersion();
  } catch (error) {
    const saw = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return [
      {
        check: 'Docker',
        state: 'bad',
        saw,
        fix: 'install Docker Engine (docs.docker.com/engine/install), start it, and let this user reach its socket',
      },
    ];
  }
  const { memoryBytes, cpus } = await dockerInfo();
  const enough = memoryBytes >= MEMORY_BYTES;
  return [
    { check: 'Docker', state: 'ok', saw: `version ${version}, ${cpus} CPUs` },
    {
      check: 'memory',
      state: enough ? 'ok' : 'bad',
      saw: `${formatBytes(memoryBytes)} for containers`,
      ...(enough
        ? {}
        : { fix: `give Docker at least ${formatBytes(MEMORY_BYTES)} (Docker Desktop: Settings, Resources)` }),
    },
    ...(await Promise.all(Object.entries(images).map(([role, image]) => imageFinding(role, image)))),
    await leftOvers(),
  ];
}

/** What killed runs left is removed on the spot; what runs or was asked to stay is only told. */
async function leftOvers(): Promise<Finding> {
  let removed = '';
  await removeLeftOvers((line) => {
    removed = line;
  });
  const left = await withoutLive(await ourContainers());
  if (left.length === 0) return { check: 'left-overs', state: 'ok', saw: removed || 'none' };
  return {
    check: 'left-overs',
    state: 'warn',
    saw: `${removed ? `${removed}; ` : ''}${left.length} containers that were asked to stay (${left.map(({ name }) => name).join(', ')})`,
    fix: 'once they are no longer needed: npm run down',
  };
}

async function imageFinding(role: string, image: string): Promise<Finding> {
  if (await imageId(image)) return { check: `image ${role}`, state: 'ok', saw: `${image} is here` };
  const variable = VARIABLES.find((name) => name.toLowerCase().startsWith(role));
  return {
    check: `image ${role}`,
    state: 'warn',
    saw: `${image} is not here`,
    fix: `it is pulled when needed; before that: docker pull ${image}; another one: ${variable}=…`,
  };
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync('.');
  const free = bavail * bsize;
  const ok = free >= DISK_BYTES;
  return {
    check: 'disk',
    state: ok ? 'ok' : 'bad',
    saw: `${formatBytes(free)} free`,
    ...(ok ? {} : { fix: `free at least ${formatBytes(DISK_BYTES)}; docker system df shows what Docker holds` }),
  };
}

/** Every port is chosen by Docker; what must work is to listen on the loopback at all. */
async function ports(): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', (error) =>
        resolve({
          check: 'ports',
          state: 'bad',
          saw: error.message,
          fix: 'free ephemeral ports: see sysctl net.ipv4.ip_local_port_range',
        }),
      )
      .listen(0, '127.0.0.1', () =>
        server.close(() => resolve({ check: 'ports', state: 'ok', saw: 'a free one is given on the loopback' })),
      );
  });
}
