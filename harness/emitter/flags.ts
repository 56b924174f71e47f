import { hostname } from 'node:os';

/** The command line as node:util parses it. */
export const FLAGS = {
  run: { type: 'string' },
  file: { type: 'string', default: '/app/log/docswave-app.log' },
  files: { type: 'string' },
  'lines-per-second': { type: 'string' },
  stages: { type: 'string' },
  bytes: { type: 'string' },
  sizes: { type: 'string' },
  for: { type: 'string' },
  count: { type: 'string' },
  format: { type: 'string', default: 'json' },
  text: { type: 'string', default: 'ascii' },
  'midnight-after': { type: 'string' },
  'no-last-newline': { type: 'boolean', default: false },
  start: { type: 'string', default: 'at-once' },
  'start-delay': { type: 'string', default: '0s' },
  'rotate-at': { type: 'string', default: '' },
  rotate: { type: 'string', default: 'rename' },
  keep: { type: 'string', default: '5' },
  'last-burst': { type: 'string', default: '0' },
  'last-burst-after': { type: 'string', default: '0s' },
  'last-burst-over': { type: 'string', default: '0s' },
  stream: {
    type: 'string',
    default: hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9.-]/g, '-'),
  },
  'exit-when-done': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
/** What --help prints. */
export const HELP = `emitter: writes Records to log files and its Ledger to stdout

  --run ID                    the run's id, lower-case letters and digits (required)
  --file PATH                 log file (/app/log/docswave-app.log)
  --files N                   that many files, each a stream with its share of the load: docswave-app-2.log, … (1)
  --lines-per-second R|max    pace of all files together (100)
  --bytes SIZE                length of a line, newline included (200B)
  --sizes SIZE:SHARE[,…]      a mix of lengths, in place of --bytes and --files: a file for each, with its share of the load; shares sum to 1
  --for D | --count N         how long, or how many lines in all; one of the two
  --stages D@R[,D@R…]         that long at that pace, one after another without a gap; 0 is a pause. In place of --lines-per-second, --for and --count
  --format json|text          JSON lines, or plain text (json)
  --text ascii|korean|stack-trace   what the records say; a stack trace is one record of many lines, with --format text as they stand (ascii)
  --midnight-after D          lines say a time of their own, which passes midnight UTC that long after the load's start
  --no-last-newline           the last line of all has no newline, as a process that dies leaves it
  --start at-once|on-signal   on-signal: the empty file is created, and the load starts at SIGUSR2 (at-once)
  --start-delay D             wait before the file is created and the load starts (0s)
  --rotate-at D[,D…]          rotate that long after the load's start; waits for a line since the rotation before
  --rotate rename|copytruncate|delete-and-create   how (rename)
  --keep N                    rotated files that stay (5)
  --last-burst N              lines to write on SIGTERM, in all (0)
  --last-burst-after D        how long after SIGTERM (0s)
  --last-burst-over D         spread over that time (0s: all at once)
  --stream NAME               first part of the streams' names (the host's name)
  --exit-when-done            end after the load; otherwise stay, idle
  --help                      this text

Each SIGUSR2 writes the load once more. SIGTERM stops it, then comes the last burst; SIGINT stops it without.
Durations: 250ms, 90s, 5m, 1h. Sizes: 200, 200B, 16KiB, 1MiB.
A write that fails is tried again until it works. Exit code 0; 1 when the file cannot be created; 2 for wrong usage.`;
