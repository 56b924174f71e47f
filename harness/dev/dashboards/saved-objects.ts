import { type Reference, type SavedObject, savedObject, searchesIn, searchesNothing } from './saved-object.ts';
import { levels, logNames, rateOverTime, topMessages } from './visualizations.ts';

/** The id of the index pattern; its own name, so that one that was made by hand under it is the same. */
export const INDEX_PATTERN = 'logstash-*';
/** The id of the dashboard: `/app/dashboards#/view/efk-pipeline`. */
export const DASHBOARD = 'efk-pipeline';

/** Columns of Discover, beside the time. */
const COLUMNS = ['level', '@log_name', 'message'];

/** Where a panel lies on the dashboard's grid, 48 columns wide. */
interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** All that is imported into OpenSearch Dashboards: index pattern, a Discover view, visualizations, and the dashboard of these. */
export function savedObjects(): SavedObject[] {
  const indexPattern = savedObject('index-pattern', INDEX_PATTERN, {
    title: 'logstash-*',
    timeFieldName: '@timestamp',
  });
  const discover = discoverView();
  const shown = [rateOverTime, levels, logNames, topMessages].map((make) => make(INDEX_PATTERN));
  const [rate, byLevel, byName, messages] = shown as [SavedObject, SavedObject, SavedObject, SavedObject];
  return [
    ...[indexPattern, discover, ...shown],
    dashboard([
      [rate, { x: 0, y: 0, w: 48, h: 12 }],
      [byLevel, { x: 0, y: 12, w: 12, h: 14 }],
      [byName, { x: 12, y: 12, w: 12, h: 14 }],
      [messages, { x: 24, y: 12, w: 24, h: 14 }],
      [discover, { x: 0, y: 26, w: 48, h: 20 }],
    ]),
  ];
}

/** One JSON object a line, as an export has it. */
export function ndjson(objects: readonly SavedObject[]): string {
  return objects.map((one) => `${JSON.stringify(one)}\n`).join('');
}

function discoverView(): SavedObject {
  const { meta, reference } = searchesIn(INDEX_PATTERN, { highlightAll: true, version: true });
  const attributes = { title: 'Lines', description: 'Every line, newest first', hits: 0, columns: COLUMNS, version: 1 };
  return savedObject('search', 'efk-lines', { ...attributes, sort: [['@timestamp', 'desc']], ...meta }, [reference]);
}

function dashboard(panels: [SavedObject, Place][]): SavedObject {
  const references: Reference[] = panels.map(([{ type, id }], i) => ({ name: `panel_${i}`, type, id }));
  const panelsJSON = JSON.stringify(
    panels.map(([, place], i) => ({
      version: '2.19.0',
      gridData: { ...place, i: String(i) },
      ...{ panelIndex: String(i), embeddableConfig: {}, panelRefName: `panel_${i}` },
    })),
  );
  return savedObject(
    'dashboard',
    DASHBOARD,
    {
      ...{ title: 'Sidecar pipeline', description: 'What the fluentd sidecar ships', hits: 0, version: 1 },
      ...{ panelsJSON, optionsJSON: JSON.stringify({ useMargins: true, hidePanelTitles: false }) },
      ...{ timeRestore: true, timeFrom: 'now-15m', timeTo: 'now', refreshInterval: { pause: false, value: 5000 } },
      ...searchesNothing(),
    },
    references,
  );
}
