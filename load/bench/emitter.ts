import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../harness/cli/root.ts';
import { until } from '../../harness/core/condition.ts';
import { EnvironmentError } from '../../harness/core/trouble.ts';
import { newRunId } from '../../harness/runner/run-id.ts';
import { Boxes } from './boxes.ts';
import { type Bench, type Figure, ratioRow } from './figure.ts';
import { confOf, startFluentd } from './fluentd.ts';
import { LINE_BYTES, logOf } from './lines.ts';
import { rounds } from './rounds.ts';

const EMITTER = 'emitter, as fast as it goes';
const READING = 'fluentd, tail → null, 1 CPU';
const FOR_SECONDS = 4;
const LINES = 600_000;

/** The generator must never be the bottleneck: how much faster it writes than a fluentd that does nothing else can read. */
export const emitter: Figure = {
  name: 'emitter',
  title: 'emitter, lines/s on one core, against what a fluentd can read',
  needsDocker: true,
  async measure(bench) {
    await using boxes = await Boxes.open(bench);
    const found = await rounds(
      bench.rounds,
      [
        { name: EMITTER, measure: async () => ({ perSecond: await emit(bench.signal) }) },
        { name: READING, measure: async () => ({ perSecond: await readOnly(bench, boxes) }) },
      ],
      bench,
    );
    const series = (name: string) => ({ name, unit: 'lines/s', values: found[name]!.perSecond });
    return [ratioRow(emitter.title, series(EMITTER), series(READING), { bound: 'at least', value: 10 })];
  },
};

/** lines/s of one emitter process without a pace, by the size of its file. */
async function emit(signal: AbortSignal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'efk-bench-'));
  try {
    const file = join(folder, 'app.log');
    const args = ['--run', 'rbench', '--file', file, '--bytes', `${LINE_BYTES}B`, '--lines-per-second', 'max'];
    const command = [join(ROOT, 'harness/emitter/main.ts'), ...args, '--for', `${FOR_SECONDS}s`, '--exit-when-done'];
    const child = spawn(process.execPath, command, { signal, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.resume();
    const [code] = await once(child, 'close');
    if (code !== 0) throw new EnvironmentError(`the emitter exited with ${code}`);
    return statSync(file).size / LINE_BYTES / FOR_SECONDS;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** lines/s that fluentd reads and parses as delivered, with nothing behind the tail source: by its position file, from the first look that saw it move. */
async function readOnly(bench: Bench, boxes: Boxes): Promise<number> {
  await using fluentd = await startFluentd(bench, boxes, 'delivered', readingConf(confOf('delivered')));
  const lines = logOf(newRunId(), 0, LINES);
  fluentd.append(lines);
  let first: { at: number; bytes: number } | undefined;
  await until(
    {
      name: `fluentd to read ${lines.length} bytes`,
      look: () => {
        const bytes = positionIn(readFileSync(join(fluentd.folder, '.fluentd', 'lines.pos'), 'utf8'));
        if (bytes > 0) first ??= { at: performance.now(), bytes };
        return bytes >= lines.length ? { met: true, value: undefined } : { met: false, saw: `${bytes} bytes` };
      },
    },
    { withinMs: 120_000, everyMs: 20, signal: bench.signal },
  );
  const seconds = (performance.now() - first!.at) / 1000;
  return (lines.length - first!.bytes) / LINE_BYTES / seconds;
}

/** The tail source of a configuration and nothing else. Throws where it has none. */
export function readingConf(conf: string): string {
  const [source] = conf.match(/^<source>[\s\S]*?^<\/source>$/m) ?? [];
  if (!source?.includes('tail')) throw new Error('expected the first <source> of td-agent.conf to be the tail source');
  return `${source}\n<match **>\n  @type null\n</match>\n`;
}

/** Bytes that a position file of one entry says are read: `PATH\\tPOSITION\\tINODE`, in hexadecimal digits; 0 where there is no entry yet. */
export function positionIn(text: string): number {
  const [, position] = text.match(/\t([0-9a-f]{16})\t/) ?? [];
  return position ? Number.parseInt(position, 16) : 0;
}
