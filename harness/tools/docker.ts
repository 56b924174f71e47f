import { CommandError, run } from './shell.ts';

/** Docker did not answer, or refused. */
export class DockerUnavailable extends Error {
  constructor(why: string) {
    super(
      `Docker does not answer: ${why}\nstart it (for instance: sudo systemctl start docker), or see: npm run doctor`,
    );
    this.name = 'DockerUnavailable';
  }
}

/** Version of the Docker server; throws {@link DockerUnavailable}. */
export async function dockerVersion(): Promise<string> {
  try {
    return (await run(['docker', 'version', '--format', '{{.Server.Version}}'], { withinMs: 15_000 })).trim();
  } catch (error) {
    if (error instanceof CommandError) throw new DockerUnavailable(error.lastLine || error.message);
    throw error;
  }
}

/** What Docker says about itself. */
export async function dockerInfo(): Promise<{ memoryBytes: number; cpus: number; root: string }> {
  const info = JSON.parse(await run(['docker', 'info', '--format', '{{json .}}'], { withinMs: 15_000 }));
  return { memoryBytes: info.MemTotal, cpus: info.NCPU, root: info.DockerRootDir };
}
