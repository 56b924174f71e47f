import type { LiveEvent } from '../messages.ts';
import { ask } from './ask.ts';
import { liveChart } from './live-chart.ts';
import { addMessages, changed, state } from './store.ts';

/** Listens to the live figures; the browser connects again by itself. */
export function listen(): void {
  const source = new EventSource('/api/live');
  source.onopen = () => {
    state.line = 'connected';
    void readConfiguration();
    changed();
  };
  source.onerror = () => {
    state.line = 'lost';
    changed();
  };
  source.onmessage = ({ data }) => take(JSON.parse(data) as LiveEvent);
}

function take({ figures, faults, parts, reload, messages }: LiveEvent): void {
  state.figures = figures;
  state.faults = faults;
  if (parts) state.parts = parts;
  if (messages) addMessages(messages);
  if (reload) {
    state.reload = reload;
    void readConfiguration();
  }
  liveChart.add(figures);
  changed();
}

async function readConfiguration(): Promise<void> {
  try {
    state.configuration = (await ask<{ text: string }>('/api/configuration')).text;
  } catch (error) {
    state.configuration = `# ${(error as Error).message}`;
  }
  changed();
}
