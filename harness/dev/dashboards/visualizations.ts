import { type SavedObject, savedObject, searchesIn } from './saved-object.ts';

/** Values of a field that a visualization shows. */
const VALUES = 20;

/** One aggregation of a visualization: what is counted, or by what it is split. */
interface Aggregation {
  id: string;
  enabled: true;
  type: 'count' | 'terms' | 'date_histogram';
  schema: 'metric' | 'segment' | 'group' | 'bucket';
  params: Record<string, unknown>;
}

const COUNT: Aggregation = {
  id: '1',
  enabled: true,
  type: 'count',
  schema: 'metric',
  params: { customLabel: 'lines' },
};

function terms(id: string, schema: Aggregation['schema'], field: string, label: string, size = VALUES): Aggregation {
  const others = { otherBucket: true, otherBucketLabel: 'others', missingBucket: false };
  const params = { field, orderBy: '1', order: 'desc', size, customLabel: label, ...others };
  return { id, enabled: true, type: 'terms', schema, params };
}

/** Lines over time, stacked by level. */
export function rateOverTime(indexPattern: string): SavedObject {
  const overTime: Aggregation = {
    ...{ id: '2', enabled: true, type: 'date_histogram', schema: 'segment' },
    params: {
      field: '@timestamp',
      useNormalizedOpenSearchInterval: true,
      interval: 'auto',
      drop_partials: false,
      min_doc_count: 1,
      extended_bounds: {},
    },
  };
  return visualization(
    indexPattern,
    'efk-rate',
    'Lines over time, by level',
    'histogram',
    [COUNT, overTime, terms('3', 'group', 'level.keyword', 'level')],
    {
      ...{
        addTooltip: true,
        addLegend: true,
        legendPosition: 'right',
        times: [],
        addTimeMarker: false,
        grid: { categoryLines: false },
      },
      categoryAxes: [axis('CategoryAxis-1', 'category', 'bottom', { title: {} })],
      valueAxes: [{ ...axis('ValueAxis-1', 'value', 'left', { title: { text: 'lines' } }), name: 'LeftAxis-1' }],
      seriesParams: [
        {
          show: true,
          type: 'histogram',
          mode: 'stacked',
          data: { label: 'lines', id: '1' },
          valueAxis: 'ValueAxis-1',
          drawLinesBetweenPoints: true,
          lineWidth: 2,
          showCircles: true,
        },
      ],
      ...{
        labels: { show: false },
        thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
      },
    },
  );
}

/** Shares of the levels. */
export function levels(indexPattern: string): SavedObject {
  return visualization(
    indexPattern,
    'efk-levels',
    'Levels',
    'pie',
    [COUNT, terms('2', 'segment', 'level.keyword', 'level')],
    {
      ...{ type: 'pie', addTooltip: true, addLegend: true, legendPosition: 'right', isDonut: true },
      labels: { show: true, values: true, last_level: true, truncate: 100 },
    },
  );
}

/** Lines of each `@log_name`. */
export function logNames(indexPattern: string): SavedObject {
  return table(
    indexPattern,
    'efk-log-names',
    'Lines by @log_name',
    terms('2', 'bucket', '@log_name.keyword', '@log_name'),
  );
}

/** Messages that come most often. The engine keeps no message of more than 256 characters as one word, so that longer ones are not among them. */
export function topMessages(indexPattern: string): SavedObject {
  return table(
    indexPattern,
    'efk-top-messages',
    'Top messages (of up to 256 characters)',
    terms('2', 'bucket', 'message.keyword', 'message'),
  );
}

function table(indexPattern: string, id: string, title: string, rows: Aggregation): SavedObject {
  return visualization(indexPattern, id, title, 'table', [COUNT, rows], {
    ...{
      perPage: 10,
      showPartialRows: false,
      showMetricsAtAllLevels: false,
      showTotal: false,
      totalFunc: 'sum',
      percentageCol: '',
    },
    sort: { columnIndex: null, direction: null },
  });
}

function axis(id: string, type: 'category' | 'value', position: string, more: object): object {
  const labels = { show: true, filter: type === 'category', truncate: 100, ...(type === 'value' ? { rotate: 0 } : {}) };
  const scale = { type: 'linear', ...(type === 'value' ? { mode: 'normal' } : {}) };
  return { id, type, position, show: true, style: {}, scale, labels, ...more };
}

function visualization(
  indexPattern: string,
  id: string,
  title: string,
  type: 'histogram' | 'pie' | 'table',
  aggs: Aggregation[],
  params: object,
): SavedObject {
  const { meta, reference } = searchesIn(indexPattern);
  const visState = JSON.stringify({ title, type, aggs, params });
  return savedObject(
    'visualization',
    id,
    { title, visState, uiStateJSON: '{}', description: '', version: 1, ...meta },
    [reference],
  );
}
