import type { PartReading } from '../core/reading.ts';

/** The part of a reading that a container's own words tell. */
export type GaugeReading = Omit<PartReading, 'part' | 'source' | 'at'>;

const PACKED = /\.(gz|bz2|xz|zst|zip)$/;

/** Reads the answer of a gauge script: cgroup v1 or v2, pos_files, sizes of logs, bytes of the volume, Redis. */
export function parseGauge(lines: readonly string[]): GaugeReading {
  /** By the file's name, without the folder: keys with their numbers, or `''` for a plain number. */
  const numbers = new Map<string, Map<string, number>>();
  const positions = new Map<number, number>();
  const sizes = new Map<number, number>();
  const reading: GaugeReading = {};
  let positionsSeen = false;
  for (const line of lines) {
    const [, path, text] = line.match(/^(\/[^:]*):(.*)$/) ?? [];
    const [, inode, size, name] = line.match(/^file (\d+) (\d+) (.*)$/) ?? [];
    const [, kib] = line.match(/^(\d+)\t\//) ?? [];
    const [, usedMemory] = line.match(/^used_memory:(\d+)/) ?? [];
    const [, entries] = line.match(/^(\d+)\r?$/) ?? [];
    if (inode) {
      if (!PACKED.test(name!)) sizes.set(Number(inode), Number(size));
    } else if (kib) reading.volumeBytes = Number(kib) * 1024;
    else if (usedMemory) reading.usedMemoryBytes = Number(usedMemory);
    else if (entries) reading.entries = Number(entries);
    else if (text?.startsWith('/')) {
      const [, position, id] = text.split('\t');
      positionsSeen = true;
      if (position && id) positions.set(Number.parseInt(id, 16), Number.parseInt(position, 16));
    } else if (path && text) {
      const file = path.slice(path.lastIndexOf('/') + 1);
      const [, key = '', value] = text.match(/^([a-z_]+ )?([\d.]+)/) ?? [];
      const known = numbers.get(file) ?? new Map<string, number>();
      numbers.set(file, known.set(key.trim(), Number(value)));
    }
  }
  const of = (file: string, key = '') => numbers.get(file)?.get(key);
  const nanoseconds = of('cpuacct.usage');
  const microseconds = of('cpu.stat', 'usage_usec');
  const usage = of('memory.usage_in_bytes') ?? of('memory.current');
  const inactive = of('memory.stat', 'total_inactive_file') ?? of('memory.stat', 'inactive_file');
  return defined({
    ...reading,
    uptimeSeconds: of('uptime'),
    cpuSeconds:
      nanoseconds !== undefined ? nanoseconds / 1e9 : microseconds !== undefined ? microseconds / 1e6 : undefined,
    periods: of('cpu.stat', 'nr_periods'),
    throttledPeriods: of('cpu.stat', 'nr_throttled'),
    memoryBytes: usage !== undefined && inactive !== undefined ? Math.max(0, usage - inactive) : undefined,
    unreadBytes: positionsSeen ? unread(sizes, positions) : undefined,
  });
}

/**
 * By inode, as a file keeps it when it is renamed. A file without a position has not been read at all; one that fluentd has left (position 2^64 − 1) will not be
 * read any more.
 */
function unread(sizes: ReadonlyMap<number, number>, positions: ReadonlyMap<number, number>): number {
  let bytes = 0;
  for (const [inode, size] of sizes) bytes += Math.max(0, size - (positions.get(inode) ?? 0));
  return bytes;
}

function defined(reading: { [key in keyof GaugeReading]: GaugeReading[key] | undefined }): GaugeReading {
  return Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined));
}
