import { untilGone } from '../tools/belongings.ts';
import { LABEL } from '../tools/ours.ts';

/**
 * Removes every container, network and volume of a Compose project at once, without grace: what a dev stack holds is to be thrown away. A compose
 * command that was ended may have one more container made behind our back, so what counts is that nothing is found.
 */
export async function takeDown(project: string): Promise<void> {
  await untilGone(`everything of ${project}`, (found) => found.filter(({ labels }) => labels[LABEL] === project), 200);
}
