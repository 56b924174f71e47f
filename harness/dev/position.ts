import type { Observation } from '../core/condition.ts';
import { parseInventory } from '../targets/kube/survey-volume.ts';
import type { DevStack } from './stack.ts';

/** Tells whether fluentd has read a line that was appended to the log file after this was called. */
export interface PositionReader {
  /** `text`: stands in the line, and in no other. */
  passed(text: string): Promise<Observation<true>>;
}

/** Looks at the end of the log file first; `positions`: fluentd's pos_files, as patterns for a shell. */
export async function positionReader(stack: DevStack, positions: readonly string[]): Promise<PositionReader> {
  const { logFile } = stack;
  const before = Number((await stack.exec('fluentd', `stat -L -c %s '${logFile}' 2>/dev/null || echo 0`)).trim());
  /** Where the line begins, or a place in it, once it was seen in the file. */
  let place: { inode: number; at: number } | undefined;
  const find = (text: string) => `tail -c +${before + 1} '${logFile}' | grep -abo '${text}' | head -n 1`;
  return {
    async passed(text) {
      const script = [
        `for f in ${positions.join(' ')}; do if [ -f "$f" ]; then sed 's/^/position /' "$f"; fi; done`,
        `stat -L -c 'file %i %s %n' '${logFile}'`,
        place ? '' : find(text),
      ].join('\n');
      const said = await stack.exec('fluentd', script);
      const { files, positions: known } = parseInventory(said);
      const found = said.match(/^(\d+):/m)?.[1];
      if (!place && found !== undefined && files[0]) place = { inode: files[0].inode, at: before + Number(found) };
      if (!place) return { met: false, saw: `it does not stand in ${logFile}` };
      const position = known.get(place.inode);
      if (position === undefined) return { met: false, saw: `fluentd's pos_file does not name ${logFile}` };
      const file = files.find(({ inode }) => inode === place?.inode);
      if (file && position > file.bytes)
        return { met: false, saw: `fluentd stands at byte ${position} of ${logFile}, which has ${file.bytes}` };
      // Positions move by whole lines.
      if (position > place.at) return { met: true, value: true };
      return { met: false, saw: `fluentd has read ${position} bytes, and it stands at ${place.at}` };
    },
  };
}
