import type { Load } from '../../core/scenario.ts';
import { sizesText, stagesText } from '../../core/stages.ts';

/** The emitter's command line for a load. */
export function emitterArgs(run: string, file: string, load: Load): string[] {
  const args = ['--run', run, '--file', file];
  if (load.stages) args.push('--stages', stagesText(load.stages));
  else {
    args.push('--lines-per-second', String(load.linesPerSecond));
    if (load.for) args.push('--for', load.for);
    else args.push('--count', String(load.lines ?? 0));
  }
  if (load.sizes) args.push('--sizes', sizesText(load.sizes));
  else args.push('--bytes', load.bytes ?? '200B');
  if (load.format) args.push('--format', load.format);
  if (load.text) args.push('--text', load.text);
  if (load.midnightAfter) args.push('--midnight-after', load.midnightAfter);
  if (load.noLastNewline) args.push('--no-last-newline');
  if (load.files && !load.sizes) args.push('--files', String(load.files));
  const start = load.start ?? 'when-followed';
  if (start === 'when-followed') args.push('--start', 'on-signal');
  else if (start !== 'at-once') args.push('--start-delay', start.after);
  if (load.rotateAt?.length) args.push('--rotate-at', load.rotateAt.join(','), '--rotate', load.rotate ?? 'rename');
  if (load.lastBurst) {
    const { lines, after, over = '0s' } = load.lastBurst;
    args.push('--last-burst', String(lines), '--last-burst-after', after, '--last-burst-over', over);
  }
  return args;
}
