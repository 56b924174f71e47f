/** What a local stack consists of; each has a log of its own. `cluster` is there on k3s only. */
export const DEV_PARTS = ['application', 'fluentd', 'edge', 'engine', 'dashboards'] as const;
export type DevPart = (typeof DEV_PARTS)[number];

/** How one part does, in a word for people and one for programs. */
export interface PartState {
  part: DevPart;
  /** `absent`: not started, as Dashboards where its image is not to be had. */
  state: 'running' | 'starting' | 'ended' | 'absent';
  /** `running since 12 s, healthy`, `ended with exit code 1`. */
  saw: string;
}

/** Where the stack is reached from this machine; all on the loopback. */
export interface DevAddresses {
  /** The engine's HTTP API. */
  engine: string;
  /** The edge's admin port ({@link EdgeAdmin}). */
  edgeAdmin: string;
  /** OpenSearch Dashboards, where it runs. */
  dashboards?: string;
}

/** What came of a new configuration. */
export type Applied =
  /** `how`: `reloaded in place`, `rollout restart`. */
  | { applied: true; how: string }
  /** fluentd's own words, and where it points to. The old configuration goes on. */
  | { applied: false; error: string; file: string; line?: number };

/** A sidecar pipeline that one works in, on Compose or in a pod of k3s: what the live line, the probe, the doctor and the page see of it. */
export interface DevStack {
  readonly kind: 'compose' | 'k3s';
  readonly addresses: DevAddresses;
  /** The file that the application writes, as its container sees it: /app/log/docswave-app.log. */
  readonly logFile: string;
  /** td-agent.conf on this machine: the one source of truth. */
  readonly configFile: string;
  parts(): Promise<PartState[]>;
  /** The command that shows a part's log without us: `docker compose logs fluentd-sidecar`, `kubectl logs … -c fluentd-sidecar`. */
  byHand(part: DevPart): string;
  /** Follows a part's log from its last `tail` lines on until the signal; `tail` 0 begins now. Returns at the end where `follow` is false. */
  logs(
    part: DevPart,
    options: { tail: number; follow: boolean; signal?: AbortSignal },
    onLine: (line: string) => void,
  ): Promise<void>;
  /** Runs a shell script in the application's or fluentd's container and returns its stdout; throws with its stderr where it fails. */
  exec(part: 'application' | 'fluentd', script: string): Promise<string>;
  /** Appends a line (without its newline) to the log file, as the application would. */
  write(line: string): Promise<void>;
  /** fluentd's `monitor_agent`: /api/plugins.json. */
  monitor(): Promise<unknown>;
  /** Makes the configuration that fluentd runs with the given text, after fluentd's own dry run. */
  apply(conf: string): Promise<Applied>;
  /** Takes the stack down; a kept one only lets go of it. */
  close(): Promise<void>;
}
