import type { V1Container, V1Pod } from '@kubernetes/client-node';
import type { PodSurvey, SurveyedVolume } from '../../core/survey.ts';
import { bufferState } from './buffer-state.ts';
import { describePod, statusOf } from './pod-state.ts';
import type { Prepared } from './prepare.ts';
import { type SurveyPlan, surveyPlanOf } from './survey-plan.ts';
import { surveyVolume } from './survey-volume.ts';

/** What a survey of a deployment's pods needs. */
export interface SurveySubject {
  run: string;
  prepared: Prepared;
  /** The pods that stand. */
  pods: readonly V1Pod[];
  /** Lines of every container that was, one entry a life. */
  logs: readonly { pod: string; container: string; lines: string[] }[];
  /** Runs a shell script in a container and returns its stdout; throws where it fails. */
  exec(pod: string, container: string, script: string): Promise<string>;
  /** monitor_agent's answer; undefined where it gives none. */
  askMonitor(pod: string, port: number): Promise<string | undefined>;
}

/** What fluentd says where it gives records up, or cannot take them: its own words in 1.16 to 1.20. */
const GIVEN_UP =
  /dropping|dump an error event|unrecoverable|bad chunk|emit transaction failed|buffer overflow|limit exceeds|pattern not match/i;

/** Surveys every pod that stood, those that are gone included. */
export async function surveyPods(subject: SurveySubject): Promise<PodSurvey[]> {
  const names = new Set([
    ...subject.logs.map(({ pod }) => pod),
    ...subject.pods.map(({ metadata }) => metadata!.name!),
  ]);
  return Promise.all([...names].map((name) => surveyPod(subject, name)));
}

async function surveyPod(subject: SurveySubject, name: string): Promise<PodSurvey> {
  const { prepared, logs } = subject;
  const { anatomy, conf, monitorPort } = prepared;
  const plan = surveyPlanOf(conf);
  const pod = subject.pods.find(({ metadata }) => metadata?.name === name);
  const log = logs
    .filter((one) => one.pod === name && one.container === anatomy.fluentd.name)
    .flatMap(({ lines }) => lines);
  const status = pod && statusOf(pod, anatomy.fluentd.name);
  const runs = status?.state?.running !== undefined;
  const buffer = bufferState(
    runs && monitorPort !== undefined ? await subject.askMonitor(name, monitorPort) : undefined,
    log,
  );
  const gaveUp = log.findLast((line) => GIVEN_UP.test(line));
  const endedAt = status?.lastState?.terminated?.finishedAt;
  return {
    pod: name,
    ...(await look(subject, plan, pod)),
    fluentd: {
      // At a log level above "info" it does not tell.
      followed: log.some((line) => line.includes('following tail of')) || !log.some((line) => line.includes('[info]')),
      sentAll: runs && buffer.empty !== false && !buffer.retrying && !gaveUp,
      // Kubernetes tells whole seconds.
      ...(endedAt ? { restartedAt: endedAt.getTime() + 1000 } : {}),
      fromHead: plan.fromHead,
      remembers: plan.positions.length > 0 && plan.positions.every((path) => isMounted(anatomy.fluentd, path)),
      saw: [buffer.saw, ...(gaveUp ? [gaveUp] : [])].join('; '),
    },
  };
}

async function look(
  { run, prepared, exec }: SurveySubject,
  plan: SurveyPlan,
  pod: V1Pod | undefined,
): Promise<{ volume: SurveyedVolume | undefined; unseen?: string }> {
  if (!pod) return { volume: undefined, unseen: 'the pod is gone' };
  const { fluentd, application } = prepared.anatomy;
  // fluentd's container sees its pos_file wherever it lies; the application's sees the shared volume.
  const container = [fluentd, application].find(({ name }) => statusOf(pod, name)?.state?.running);
  if (!container) return { volume: undefined, unseen: `no container runs: ${describePod(pod)}` };
  try {
    return { volume: await surveyVolume(run, plan, (script) => exec(pod.metadata!.name!, container.name, script)) };
  } catch (error) {
    return { volume: undefined, unseen: error instanceof Error ? error.message : String(error) };
  }
}

function isMounted({ volumeMounts = [] }: V1Container, path: string): boolean {
  return volumeMounts.some(({ mountPath }) => path.startsWith(`${mountPath.replace(/\/$/, '')}/`));
}
