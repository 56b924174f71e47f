import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { UsageError } from '../core/trouble.ts';
import { numberAbove0 } from './arguments.ts';
import { PORT_VARIABLES } from './config.ts';
import { parseOrThrow } from './parse.ts';
import { ROOT } from './root.ts';

/** What `npm run dev` was asked for. */
export interface DevOptions {
  target: 'compose' | 'k3s';
  keep: boolean;
  dashboards: boolean;
  /** Of the sample application; undefined: 10. */
  linesPerSecond?: number;
  /** An image that takes the sample application's place. */
  app?: string;
  /** A folder of this machine whose log files are read in place of the sample application's; absolute. */
  logDir?: string;
  /** td-agent.conf; absolute. */
  config: string;
  /** Of the page; a free one unless told. */
  pagePort?: number;
}

const EXAMPLES = `
Examples:
  npm run dev                                the sample application writes 10 lines a second; save fluentd/td-agent.conf and watch
  npm run dev -- --app my-app:dev            your own application: it writes *.log files into /app/log
  npm run dev -- --log-dir ./logs            the *.log files of a folder of this machine, which stays as it is
  npm run dev -- --target k3s                the same in a real pod: the ConfigMap is changed, not a mounted file
  npm run dev -- --keep                      leaves it up: npm run dev takes it again, npm run down removes it

While it runs, in another terminal: npm run logs -- fluentd --follow, npm run probe, npm run doctor -- --pipeline

Environment: ${PORT_VARIABLES.join(', ')} name ports; OPENSEARCH_IMAGE, DASHBOARDS_IMAGE and K3S_IMAGE name images.
Exit codes: 0 ended by itself or with --keep, 2 bad usage or a pipeline that can't come up, 3 the environment failed, 130 ended by Ctrl-C.`;

/** Reads the command line; undefined where help was asked for. Throws {@link UsageError} with what is wrong. */
export function parseDevOptions(argv: readonly string[]): DevOptions | undefined {
  const command = new Command('npm run dev --')
    .description('Starts the pipeline to work in, shows what it does, and reloads td-agent.conf whenever it is saved.')
    .addOption(new Option('--target <name>', 'where to run').choices(['compose', 'k3s']).default('compose'))
    .option('--app <image>', 'your application, in place of the sample: it gets log-volume at /app/log')
    .option('--log-dir <dir>', 'read the *.log files of this folder, and write nothing into it')
    .option('--lines-per-second <n>', 'of the sample application (default: 10)', numberAbove0)
    .option('--config <file>', 'another td-agent.conf', 'fluentd/td-agent.conf')
    .option('--page-port <port>', 'of the page (default: a free one)', portNumber)
    .option('--no-dashboards', 'without OpenSearch Dashboards')
    .option('--keep', 'leave everything up at the end', false)
    .addHelpText('after', EXAMPLES);
  if (!parseOrThrow(command, argv)) return undefined;
  const { config, logDir, ...options } = command.opts<Omit<DevOptions, 'config'> & { config: string }>();
  if (options.app !== undefined && logDir !== undefined)
    throw new UsageError(
      '--app and --log-dir: expected one of the two, as each takes the place of the sample application',
    );
  if (options.linesPerSecond !== undefined && (options.app ?? logDir) !== undefined)
    throw new UsageError(
      `--lines-per-second is for the sample application, whose place ${options.app === undefined ? '--log-dir' : '--app'} takes`,
    );
  if (logDir !== undefined && options.target === 'k3s')
    throw new UsageError('--log-dir needs --target compose: a pod of k3s does not see the folders of this machine');
  if (options.app !== undefined && !/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[a-f0-9]+)?$/.test(options.app))
    throw new UsageError(`--app: expected an image reference such as name:tag, got "${options.app}"`);
  const conf = configFile(config);
  if (options.target === 'compose') assertReadable(conf);
  return {
    ...options,
    config: conf,
    ...(logDir === undefined ? {} : { logDir: folder(logDir) }),
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--page-port: expected a port, got "${text}"`);
  return port;
}

/** Relative to where npm was started where it is there, otherwise to the project. */
function configFile(asked: string): string {
  const found = [resolve(asked), join(ROOT, asked)].find((path) => existsSync(path) && statSync(path).isFile());
  if (!found) throw new UsageError(`--config: there is no file ${resolve(asked)}`);
  return found;
}

/** The folder of the configuration is mounted; fluentd in its container is another user. */
function assertReadable(file: string): void {
  const shut = [
    ...((statSync(dirname(file)).mode & 0o001) === 0 ? [`chmod o+x ${dirname(file)}`] : []),
    ...((statSync(file).mode & 0o004) === 0 ? [`chmod o+r ${file}`] : []),
  ];
  if (shut.length > 0)
    throw new UsageError(`fluentd runs as another user (uid 999) and can't read ${file}: ${shut.join(' && ')}`);
}

function folder(asked: string): string {
  const path = resolve(asked);
  if (!existsSync(path) || !statSync(path).isDirectory()) throw new UsageError(`--log-dir: there is no folder ${path}`);
  if (path.includes(':')) throw new UsageError(`--log-dir: Docker mounts no folder with a colon in its name: ${path}`);
  return path;
}

/** What is to be said of a folder of logs before it is read: that it has none yet, or those that fluentd may not read. */
export function remarkOnLogs(logDir: string): string | undefined {
  const logs = readdirSync(logDir, { withFileTypes: true }).filter((entry) => /\.log/.test(entry.name));
  if (logs.length === 0) return `${logDir} has no *.log file yet; one that appears is read from its beginning`;
  const shut = logs.filter(({ name }) => {
    const { mode } = statSync(join(logDir, name), { throwIfNoEntry: false }) ?? { mode: 0o004 };
    return (mode & 0o004) === 0;
  });
  if (shut.length === 0 && (statSync(logDir).mode & 0o001) === 0)
    return `fluentd runs as another user (uid 999) and can't look into ${logDir}: chmod o+x ${logDir}`;
  if (shut.length === 0) return undefined;
  const names = shut.map(({ name }) => basename(name));
  return `fluentd runs as another user (uid 999) and can't read ${names.join(', ')}: chmod o+r ${names.map((name) => join(logDir, name)).join(' ')}`;
}
