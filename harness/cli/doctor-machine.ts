import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { CheckResult } from '../core/check-result.ts';
import { formatBytes } from '../core/duration.ts';
import { findBundler, findCompiler, findRuby, Missing, tryNamespaces } from '../targets/embedded/requirements.ts';

const DISK_BYTES = 6 * 2 ** 30;

/** What --target embedded needs. */
export async function embeddedFindings(): Promise<CheckResult[]> {
  const checks: [string, () => Promise<string>][] = [
    ['Ruby', async () => (await findRuby()).version],
    ['Bundler', findBundler],
    ['compiler', findCompiler],
    ['namespaces', tryNamespaces],
  ];
  return Promise.all(
    checks.map(async ([check, find]): Promise<CheckResult> => {
      try {
        return { check, state: 'ok', saw: await find() };
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        return { check, state: 'bad', saw: error.saw, fix: error.fix };
      }
    }),
  );
}

/** The Node that this runs on. */
export function nodeVersion(): CheckResult {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return {
    check: 'Node',
    state: ok ? 'ok' : 'bad',
    saw: process.version,
    ...(ok ? {} : { fix: 'start through npm: npm ci && npm run doctor (the package brings Node 24)' }),
  };
}

/** Room for images and containers, where Docker keeps them on the disk of this folder. */
export function disk(): CheckResult {
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
export async function ports(): Promise<CheckResult> {
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
