import { formatBytes, formatDuration } from '../harness/core/duration.ts';
import { FARGATE_PRICE, fargateSize, monthlyPrice } from '../harness/core/fargate.ts';
import type { Findings, QueueVerdict, Table } from '../harness/core/load-results.ts';
import { number } from '../harness/core/verdict.ts';
import { rate } from '../harness/report/figures.ts';
import { CPU, calibrated, MEMORY, RATE, SERVICE, uncalibrated } from './calibrated-findings.ts';
import { bufferFor } from './outage.ts';
import { calibratedBy, ends, type PlanCalibration, scaleOf, withCalibration } from './scale.ts';
import { type FanIn, mostPods, simulateFanIn } from './simulation.ts';
import { queueVerdict } from './verdict.ts';

/** What is planned for. Rates are of one pod; `peak`: how many times the steady rate the highest is. */
export interface Demand {
  pods: number;
  linesPerSecond: number;
  bytesPerLine: number;
  peak: number;
  outageMs: number;
  p99Ms: number;
}

export interface Plan {
  table: Table;
  verdict: QueueVerdict;
  /** What was not measured and is therefore missing, or goes beyond what was measured. */
  remarks: string[];
}

/** What is added to every measured need before it is a plan. */
export const MARGIN = 1.3;

const FLUSH_INTERVAL_MS = 1000;
const LINES_A_BULK = 8000;
const GIB = 2 ** 30;
/** What the application beside the sidecar asks for, as in manifests/base: replace it by yours. */
const APPLICATION = { vcpu: 0.4, memoryGiB: 0.25 };
/** A domain is planned for this share of its measured capacity: what is above it is for merges, searches and a lost node. */
const DOMAIN_SHARE = 0.6;

/**
 * Sizes of pods, buffer, volume and domain for a demand, from what a load run measured, with a margin and a band. `calibration`: turns what a local run
 * measured into what AWS is foretold to have; its bands go into those of the plan.
 */
export function planFor(demand: Demand, measured: Findings, calibration?: PlanCalibration): Plan {
  const { pods, linesPerSecond, bytesPerLine, peak } = demand;
  const findings = calibrated(measured, calibration);
  const remarks: string[] = calibration ? uncalibrated(measured, calibration) : [];
  const rows: Table['rows'] = [
    ['steady, a pod', rate(linesPerSecond, bytesPerLine), null, null],
    ['peak, a pod', rate(linesPerSecond * peak, bytesPerLine), null, null],
    ['steady, all pods', rate(linesPerSecond * pods, bytesPerLine), null, null],
    ...borneRows(demand, findings, calibration),
    ...podRows(demand, findings, remarks, calibration),
    ...bufferRows(demand, findings, remarks),
    ...domainRows(demand, findings, remarks, calibration),
  ];
  if (bytesPerLine !== findings.bytesPerLine)
    remarks.push(
      `measured with lines of ${findings.bytesPerLine} B, planned for ${bytesPerLine} B: a line's cost is taken to be the same`,
    );
  const verdict = verdictOf(demand, findings);
  if (calibration) {
    const worse = verdictOf(demand, calibrated(measured, calibration, 'worse'));
    if (worse.queue !== verdict.queue)
      remarks.push(`at the less favourable ends of the calibration's bands it would read: ${worse.sentence}`);
  }
  return {
    table: {
      columns: [{ title: 'for' }, { title: 'plan' }, { title: 'band' }, { title: 'from' }],
      rows,
    },
    verdict,
    remarks: [...remarks, ...verdict.extrapolated],
  };
}

function verdictOf({ pods, linesPerSecond, bytesPerLine, peak, outageMs, p99Ms }: Demand, findings: Findings) {
  const fanIn = findings.domain && {
    mostPods: mostPods(served(findings.domain, linesPerSecond), p99Ms),
    measuredPods: findings.fanIn?.measuredPods ?? 1,
    gaveOut: null,
  };
  const { fanIn: _, ...measured } = findings;
  const goals = { linesPerSecond: linesPerSecond * peak, bytesPerLine, pods, p99Ms, outageMs };
  return queueVerdict(goals, { ...measured, ...(fanIn ? { fanIn } : {}) });
}

/** Only where it is no longer the figure that was measured. */
function borneRows(
  { bytesPerLine }: Demand,
  { highest }: Findings,
  calibration: PlanCalibration | undefined,
): Table['rows'] {
  const scale = scaleOf(calibration, RATE);
  if (highest?.linesPerSecond === undefined || !scale) return [];
  const { linesPerSecond } = highest;
  const { low, high } = ends(scale);
  const within = `${rate(linesPerSecond * low, bytesPerLine)} to ${rate(linesPerSecond * high, bytesPerLine)}`;
  return [['highest rate, a pod', rate(linesPerSecond, bytesPerLine), scale.band ? within : null, calibratedBy(scale)]];
}

function podRows(
  { linesPerSecond, peak, pods }: Demand,
  { fluentd }: Findings,
  remarks: string[],
  calibration: PlanCalibration | undefined,
): Table['rows'] {
  if (!fluentd) {
    remarks.push("fluentd's cost a line was not measured: no size of the pods");
    return [];
  }
  const { baseCores, coresPerLine, spread, toLines, points, memoryBytes } = fluentd;
  const cores = (lines: number) => baseCores + coresPerLine * lines;
  const need = cores(linesPerSecond * peak);
  const cpu = Math.ceil((need * MARGIN) / 0.05) * 0.05;
  const [cpuScale, memoryScale] = [scaleOf(calibration, CPU), scaleOf(calibration, MEMORY)];
  const [cpuEnds, memoryEnds] = [ends(cpuScale), ends(memoryScale)];
  const highestNeed = need * cpuEnds.high * (1 + spread);
  if (cpuScale && highestNeed > cpu)
    remarks.push(
      `sidecar, CPU: the upper end of its band, ${highestNeed.toFixed(2)} cores, is above the plan of ${cpu.toFixed(2)}`,
    );
  const memory = Math.ceil((memoryBytes * MARGIN) / (64 * 2 ** 20)) / 16;
  if (linesPerSecond * peak > toLines)
    remarks.push(
      `${number(linesPerSecond * peak)} lines/s a pod: measured up to ${number(Math.round(toLines))}; the rest is the line's course`,
    );
  const size = fargateSize({ vcpu: APPLICATION.vcpu + cpu, memoryGiB: APPLICATION.memoryGiB + memory });
  const rows: Table['rows'] = [
    [
      'sidecar, CPU',
      `${cpu.toFixed(2)} cores`,
      `${(need * cpuEnds.low * (1 - spread)).toFixed(2)}–${highestNeed.toFixed(2)} before the margin of ${MARGIN}`,
      withCalibration(
        `${points} measured rates: ${baseCores.toFixed(3)} cores and ${(coresPerLine * 1e6).toFixed(1)} µs of CPU a line`,
        cpuScale,
      ),
    ],
    [
      'sidecar, memory',
      formatBytes(memory * GIB),
      memoryScale?.band
        ? `${formatBytes(memoryBytes * memoryEnds.low)}–${formatBytes(memoryBytes * memoryEnds.high)} before the margin of ${MARGIN}`
        : null,
      withCalibration(`${formatBytes(memoryBytes)} at most were used, times ${MARGIN}`, memoryScale),
    ],
  ];
  if (!size) remarks.push('no size of Fargate holds such a pod');
  else
    rows.push([
      'Fargate, a pod',
      `${size.vcpu} vCPU, ${size.memoryGiB} GB`,
      `$${monthlyPrice(size).toFixed(2)} a month, $${number(Math.round(monthlyPrice(size) * pods))} for ${number(pods)} pods`,
      `with an application of ${APPLICATION.vcpu} vCPU and ${APPLICATION.memoryGiB} GiB; prices of ${FARGATE_PRICE.region}, ${FARGATE_PRICE.asOf}`,
    ]);
  return rows;
}

function bufferRows(
  { linesPerSecond, bytesPerLine, peak, outageMs }: Demand,
  { outage }: Findings,
  remarks: string[],
): Table['rows'] {
  if (!outage) {
    remarks.push('bytes in the buffer for a byte of log were not measured: no size of buffer and volume');
    return [];
  }
  const steady = linesPerSecond * bytesPerLine;
  const buffer = bufferFor(outageMs, steady, outage.perLogByte);
  const log = (outageMs * steady) / 1000;
  const from = `${outage.points} outages: ${outage.perLogByte.toFixed(2)} bytes a byte of log; ${formatDuration(outage.longestMs)} was the longest`;
  return [
    [
      'total_limit_size',
      formatBytes(buffer * MARGIN),
      `${formatBytes(buffer)} at the steady rate, ${formatBytes(buffer * peak)} if all of it were peak`,
      from,
    ],
    [
      'log volume',
      formatBytes((buffer + log) * MARGIN),
      `${formatBytes(buffer + log)}: the buffer, and the log itself for as long`,
      from,
    ],
  ];
}

function domainRows(
  demand: Demand,
  { domain }: Findings,
  remarks: string[],
  calibration: PlanCalibration | undefined,
): Table['rows'] {
  if (!domain) {
    remarks.push("the domain's service times were not measured: no size of the domain");
    return [];
  }
  const { linesPerSecond, peak, pods, bytesPerLine } = demand;
  const { perBulkMs, perLineMs, servers, indexPerLogByte } = domain;
  const load = (lines: number) => simulateFanIn({ ...served(domain, lines), pods }).utilisation;
  const [steady, high] = [load(linesPerSecond), load(linesPerSecond * peak)];
  const scale = scaleOf(calibration, SERVICE);
  const { low, high: highEnd } = ends(scale);
  const coresFor = (times: number) => Math.ceil((steady * times * servers) / DOMAIN_SHARE - 1e-9);
  const within = scale?.band ? `; ${coresFor(low)}–${coresFor(highEnd)} within the calibration's band` : '';
  const rows: Table['rows'] = [
    [
      'domain, cores for indexing',
      `${coresFor(1)}`,
      `${Math.round(steady * 100)} % of this machine's ${servers} at the steady rate, ${Math.round(high * 100)} % at the peak of all pods together${within}`,
      withCalibration(
        `a bulk takes ${perBulkMs.toFixed(1)} ms and ${(perLineMs * 1000).toFixed(1)} µs a line; planned for ${DOMAIN_SHARE * 100} %`,
        scale,
      ),
    ],
  ];
  if (indexPerLogByte !== null)
    rows.push([
      'domain, storage a day',
      formatBytes(linesPerSecond * bytesPerLine * pods * 86_400 * indexPerLogByte),
      'one copy; double it for a replica',
      `${indexPerLogByte.toFixed(2)} bytes of index a byte of log`,
    ]);
  return rows;
}

/** A domain as it was measured, for pods of a rate. */
export function served(domain: NonNullable<Findings['domain']>, linesPerSecond: number): Omit<FanIn, 'pods'> {
  const { perBulkMs, perLineMs, servers } = domain;
  return {
    linesPerSecond,
    flushIntervalMs: FLUSH_INTERVAL_MS,
    linesPerBulk: LINES_A_BULK,
    threads: 2,
    perBulkMs,
    perLineMs,
    servers,
  };
}
