import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../core/trouble.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import type { Bind } from './container-root.ts';

/** What an image would bring: the machine's own root, and these on top of it. */
export interface Image {
  entrypoint: string[];
  command: string[];
  env: Record<string, string>;
  binds: Bind[];
  /** The image's USER. */
  user: number | undefined;
}

/** The sample application: harness/emitter/Dockerfile. */
export function emitterImage(root: string): Image {
  return {
    entrypoint: ['/emitter/node', '/emitter/harness/emitter/main.ts'],
    command: [],
    env: {},
    binds: [
      { source: process.execPath, target: '/emitter/node', readOnly: true },
      { source: join(root, 'harness'), target: '/emitter/harness', readOnly: true },
    ],
    user: 1000,
  };
}

/**
 * The fluentd image of a pipeline, as its Dockerfile would make it: gems, plugins, variables and the command. `gems`: a GEM_HOME. Throws
 * {@link UsageError} for a pipeline that has no Gemfile, as nobody but Docker can build it then.
 */
export function fluentdImage({ name, imageContext }: PipelineSource, gems: string, path: string): Image {
  if (!imageContext || !existsSync(join(imageContext, 'Gemfile'))) {
    throw new UsageError(
      `the embedded target runs fluentd from a Gemfile beside the Dockerfile, and pipeline ${name} has none${imageContext ? ` in ${imageContext}` : ''}; run it with --target k3s`,
    );
  }
  const from = (source: string, target: string): Bind[] =>
    existsSync(join(imageContext, source)) ? [{ source: join(imageContext, source), target, readOnly: true }] : [];
  if (existsSync(join(imageContext, 'td-agent'))) {
    return {
      entrypoint: [],
      command: ['/bin/sh', '-c', '/usr/sbin/td-agent $FLUENTD_ARGS'],
      env: { PATH: path },
      binds: [
        { source: gems, target: '/opt/td-agent/gems', readOnly: true },
        ...from('td-agent-compat.rb', '/opt/td-agent/td-agent-compat.rb'),
        ...from('td-agent', '/usr/sbin/td-agent'),
      ],
      user: undefined,
    };
  }
  return {
    entrypoint: [],
    command: ['fluentd', '--no-supervisor'],
    env: {
      ...allocator(),
      GEM_HOME: '/fluentd/gems',
      GEM_PATH: '/fluentd/gems',
      FLUENT_CONF: '/etc/td-agent/td-agent.conf',
      FLUENT_PLUGIN: '/fluentd/plugins',
      PATH: `/fluentd/bin:/fluentd/gems/bin:${path}`,
    },
    binds: [
      { source: gems, target: '/fluentd/gems', readOnly: true },
      ...from('plugins', '/fluentd/plugins'),
      ...from('bin', '/fluentd/bin'),
    ],
    user: 999,
  };
}

/** jemalloc, where the machine has it: apt-get install libjemalloc2. */
function allocator(): Record<string, string> {
  const [found] = globSync('/usr/lib/*/libjemalloc.so.2');
  return found === undefined ? {} : { LD_PRELOAD: found };
}
