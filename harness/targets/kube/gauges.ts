import type { Gauges } from '../../core/reading.ts';
import { KubeGauges } from '../../telemetry/kube-gauges.ts';
import { askMonitor } from './monitor-agent.ts';
import type { Parts } from './parts.ts';
import type { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';
import { surveyPlanOf } from './survey-plan.ts';

/** Reads CPU, memory and buffers in the application's pods and in those of the parts. */
export function gaugesOf(pods: Pods, parts: Parts, { anatomy, conf, monitorPort }: Prepared): Gauges {
  const { application, fluentd, logFile } = anatomy;
  const { logs, positions } = surveyPlanOf(conf);
  const now = () => pods.now;
  const volume = logFile.slice(0, logFile.lastIndexOf('/'));
  return new KubeGauges(
    {
      execStream: (...asked) => pods.cluster.execStream(pods.namespace, ...asked),
      askMonitor: (pod, port) => askMonitor(pods, pod, port),
    },
    [
      { part: 'application', container: application.name, pods: now, files: {} },
      { part: 'fluentd', container: fluentd.name, pods: now, files: { logs, positions, volume }, monitorPort },
      ...parts.gauged(),
    ],
  );
}
