import { e2e } from './e2e-command.ts';
import type { Figure } from './figure.ts';

/** The whole suite, once: it is too long to be run three times, and the mean of its many scenarios does not jump. */
export const whole: Figure = {
  name: 'whole',
  title: 'whole: npm run e2e, every scenario',
  needsDocker: true,
  long: true,
  async measure(bench) {
    bench.say('every scenario, some ten minutes');
    const { durationMs } = await e2e([], bench.signal);
    const minutes = durationMs / 60_000;
    const series = [{ name: whole.title, unit: 'min', values: [minutes] }];
    return [{ figure: whole.title, measured: minutes, unit: 'min', aim: { bound: 'at most', value: 12 }, series }];
  },
};
