import type { FaultState, Figures, FluentdMessage, ProbeResult, Reload, Setting, ShownPart } from '../messages.ts';

/** Lines of fluentd's log that the page keeps. */
const MESSAGES = 500;

/** All that the page shows but the search, which looks after itself. */
export interface State {
  /** Whether figures come in. */
  line: 'connecting' | 'connected' | 'lost';
  setting?: Setting;
  figures?: Figures;
  faults?: FaultState;
  /** The button that was pressed and is not answered yet; `heal` for the one that takes all away. */
  pressing?: string;
  /** What the edge said to the button pressed last. */
  faultTrouble?: string;
  parts: ShownPart[];
  reload?: Reload;
  configuration?: string;
  messages: FluentdMessage[];
  /** Show warnings and errors only. */
  troublesOnly: boolean;
  probe?: ProbeResult | { trouble: string } | 'under way';
}

/** The page's state; {@link changed} shows what became of it. */
export const state: State = { line: 'connecting', parts: [], messages: [], troublesOnly: false };

let draw = () => {};
let due = false;

/** Says how the page is drawn. */
export function drawWith(how: () => void): void {
  draw = how;
}

/** Draws the page soon, once for all changes until then. */
export function changed(): void {
  if (due) return;
  due = true;
  // Not by animation frame: a page in the background has none, and would have all to do when it comes back.
  setTimeout(() => {
    due = false;
    draw();
  });
}

/** Takes new lines of fluentd's log. */
export function addMessages(more: FluentdMessage[]): void {
  // A server that was started anew counts from 1 again.
  const known = (more[0]?.n ?? 0) > (state.messages.at(-1)?.n ?? 0) ? state.messages : [];
  state.messages = [...known, ...more].slice(-MESSAGES);
}
