import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../core/condition.ts';
import { Container } from './container.ts';
import { listFolder } from './list-folder.ts';
import { Sandbox } from './sandbox.ts';

// USER PATH, for a test: starts a pod with one container that runs as a user, and asks inside who it is until it is that one. Fails where it never is.
const [wanted, path] = process.argv.slice(2) as [string, string];
const folder = mkdtempSync(join(tmpdir(), 'efk-anybody-'));
const sandbox = await Sandbox.start({ name: 'pod', disks: [], path, ruby: 'ruby' });
try {
  const root = { folder, binds: [], readOnly: false, user: Number(wanted), list: listFolder };
  const options = { id: 'c', name: 'c', command: ['sleep', '60'], env: { PATH: path }, root, onLine: () => {} };
  const container = await Container.start(sandbox, options);
  const look = async () => {
    const saw = (await container.exec(['id', '-u'], 5000)).trim();
    return saw === wanted ? { met: true as const, value: saw } : { met: false as const, saw };
  };
  process.stdout.write(`inside: ${await until({ name: `user ${wanted} inside`, look }, { withinMs: 5000 })}\n`);
  container.signal('SIGKILL');
  await container.ended;
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
