/** What is read in a container beside its cgroup. Patterns are for a shell, without blanks or quotes. */
export interface GaugeFiles {
  /** fluentd's pos_files. */
  positions?: readonly string[];
  /** The log files that it follows. */
  logs?: readonly string[];
  /** Folder whose bytes are counted when that is asked for. */
  volume?: string;
  /** Key of the stream in the Redis that runs in this container. */
  redisStream?: string;
}

/** What ends the answer to one ask. */
export const END_OF_ANSWER = '.';

/** Asks for a reading, and for one with the volume's bytes, which take longer to count. */
export const ASK = 'r\n';
export const ASK_WITH_VOLUME = 'rv\n';

/** cgroup v1 and v2, as a container sees its own; those that are not there are passed over. */
const CGROUP = [
  '/proc/uptime',
  '/sys/fs/cgroup/cpu.stat',
  '/sys/fs/cgroup/memory.current',
  '/sys/fs/cgroup/memory.stat',
  '/sys/fs/cgroup/cpuacct/cpuacct.usage',
  '/sys/fs/cgroup/cpu/cpu.stat',
  '/sys/fs/cgroup/memory/memory.usage_in_bytes',
  '/sys/fs/cgroup/memory/memory.stat',
];

/** Of these files: plain numbers, the lines of pos_files, and what is wanted of the rest. */
const WANTED = '^[0-9/]|^(usage_usec|nr_periods|nr_throttled|inactive_file|total_inactive_file) ';

/**
 * A loop for `sh -c` that answers each line on its stdin with a reading, and ends with its stdin: whoever asks sets the rhythm, and nothing is left
 * when he is gone. One process for all files, one more for the sizes of the logs, two for Redis.
 */
export function gaugeScript({ positions = [], logs = [], volume, redisStream }: GaugeFiles): string {
  const commands = [
    `grep -HsE '${WANTED}' ${[...CGROUP, ...positions].join(' ')}`,
    ...(logs.length > 0 ? [`stat -c 'file %i %s %n' ${logs.join(' ')} 2>/dev/null`] : []),
    ...(redisStream ? [`printf 'INFO memory\\nXLEN ${redisStream}\\n' | redis-cli --raw 2>/dev/null`] : []),
    ...(volume ? [`case $ask in *v) du -sk ${volume} 2>/dev/null;; esac`] : []),
  ];
  return `while read -r ask; do ${[...commands, `echo ${END_OF_ANSWER}`].join('; ')}; done`;
}
