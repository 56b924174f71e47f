import { html, nothing, type TemplateResult } from 'lit-html';
import { formatBytes, formatDuration } from '../../../core/duration.ts';
import type { EdgeFigures, EngineFigures, Figures, FileFigures, FluentdFigures, Reading } from '../messages.ts';
import { liveChart } from './live-chart.ts';
import { state } from './store.ts';
import { count, counted, rate } from './words.ts';

/** What one stage shows. */
interface Shown {
  main: string;
  unit: string;
  rows: [string, string | TemplateResult][];
  /** What is not as it should be, in a few words. */
  odd?: string;
  trouble?: string;
}

/** More than this behind the newest line is worth a word, ms: fluentd sends once a second, the engine shows once a second. */
const LATE_MS = 10_000;

/** The way of a record, stage by stage. */
export function wayView(): TemplateResult {
  const { figures } = state;
  return html`<section class="way" aria-labelledby="way">
    <h2 id="way">The way of a record</h2>
    <ol>
      ${stage('Application', 'application', figures, ({ file }) => of(file, application))}
      ${stage('File', undefined, figures, ({ file }) => of(file, fileStage))}
      ${stage('fluentd', 'fluentd', figures, ({ fluentd }) => of(fluentd, fluentdStage))}
      ${stage('Edge', 'edge', figures, ({ edge }) => of(edge, edgeStage))}
      ${stage('Engine', 'engine', figures, ({ engine }) => of(engine, engineStage))}
    </ol>
    ${liveChart.element}
  </section>`;
}

function stage(
  name: string,
  part: string | undefined,
  figures: Figures | undefined,
  read: (figures: Figures) => Shown,
): TemplateResult {
  const { main, unit, rows, odd, trouble } = figures ? read(figures) : blank('waiting for the first figures');
  const its = state.parts.find((one) => one.part === part);
  const bad = its && its.state !== 'running' ? `${its.state}: ${its.saw}` : undefined;
  return html`<li class="stage ${trouble || bad ? 'bad' : odd ? 'odd' : ''}">
    <h3>${name}</h3>
    <p class="main"><b>${main}</b> ${unit}</p>
    <dl>${rows.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
    ${bad ? html`<p class="says">${bad}</p>` : nothing} ${odd ? html`<p class="says">${odd}</p>` : nothing}
    ${trouble ? html`<p class="says">${trouble}</p>` : nothing}
    ${its && !bad ? html`<p class="part">${its.saw}</p>` : nothing}
  </li>`;
}

function of<T extends object>(reading: Reading<T>, show: (figures: T) => Shown): Shown {
  return 'trouble' in reading ? blank(reading.trouble) : show(reading as T);
}

function blank(trouble: string): Shown {
  return { main: '–', unit: '', rows: [], trouble };
}

function application({ linesPerSecond, bytesPerSecond, writtenAt }: FileFigures): Shown {
  const rows: Shown['rows'] = [['bytes', bytesPerSecond === undefined ? '–' : `${formatBytes(bytesPerSecond)}/s`]];
  if (writtenAt) rows.push(['last line', `${formatDuration(Math.max(0, state.figures!.at - writtenAt))} ago`]);
  return { main: rate(linesPerSecond), unit: 'lines/s written', rows };
}

function fileStage({ files, bytes, unreadBytes }: FileFigures): Shown {
  return {
    main: formatBytes(unreadBytes),
    unit: 'unread',
    rows: [
      ['size', formatBytes(bytes)],
      ['files', count(files)],
    ],
  };
}

function fluentdStage({
  bufferBytes,
  bufferShare,
  queuedChunks,
  retrying,
  retries,
  slowFlushes,
  deadLetters,
}: FluentdFigures): Shown {
  const share = bufferShare ?? 0;
  const full = html`<meter min="0" max="1" high="0.8" .value=${share} aria-label="share of the buffer in use"></meter> ${Math.round(share * 100)} %`;
  return {
    main: formatBytes(bufferBytes),
    unit: 'in the buffer',
    rows: [
      ['full', full],
      ['queued', counted(queuedChunks, 'chunk')],
      ['failed tries', count(retries)],
      ['slow flushes', count(slowFlushes)],
      ['put aside', count(deadLetters)],
    ],
    ...(deadLetters > 0 ? { odd: 'put records aside that the domain refuses for good' } : {}),
    ...(retrying ? { odd: 'could not deliver, and tries again' } : {}),
  };
}

function edgeStage({ requestsPerSecond, acceptedPerSecond, refusedPerSecond, statuses, refusals }: EdgeFigures): Shown {
  const list = (of: Record<string, number>) =>
    Object.entries(of).map(([name, n]) => html`<span class="pair">${name}: ${count(n)}</span> `);
  const rows: Shown['rows'] = [
    ['requests', `${rate(requestsPerSecond)}/s`],
    ['refused', `${rate(refusedPerSecond)}/s`],
  ];
  if (Object.keys(statuses).length > 0) rows.push(['by status', html`${list(statuses)}`]);
  if (Object.keys(refusals).length > 0) rows.push(['reasons', html`${list(refusals)}`]);
  const odd = (refusedPerSecond ?? 0) > 0 ? { odd: 'refuses what it gets' } : {};
  return { main: rate(acceptedPerSecond), unit: 'lines/s accepted', rows, ...odd };
}

function engineStage({ documents, searchablePerSecond, lagMs }: EngineFigures): Shown {
  return {
    main: count(documents),
    unit: documents === 1 ? 'document' : 'documents',
    rows: [
      ['searchable', `${rate(searchablePerSecond)}/s`],
      ['lag', lagMs === undefined ? '–' : formatDuration(lagMs)],
    ],
    ...((lagMs ?? 0) > LATE_MS ? { odd: `the newest line is not searchable since ${formatDuration(lagMs!)}` } : {}),
  };
}
