import type { SavedObject } from './saved-object.ts';

/** The fields of documents that a saved object shows, sorts or counts by. */
export function fieldsOf({ attributes }: SavedObject): string[] {
  const { columns, sort, timeFieldName, visState } = attributes as {
    columns?: string[];
    sort?: [string, string][];
    timeFieldName?: string;
    visState?: string;
  };
  const aggs = visState ? (JSON.parse(visState) as { aggs: { params: { field?: string } }[] }).aggs : [];
  return [
    ...(columns ?? []),
    ...(sort?.map(([field]) => field) ?? []),
    ...(timeFieldName ? [timeFieldName] : []),
    ...aggs.flatMap(({ params }) => params.field ?? []),
  ];
}
