/** The kinds of saved objects that there are here, and the version of each one's form: what OpenSearch Dashboards 2.x exports. */
export const MIGRATION_VERSION = {
  'index-pattern': '7.6.0',
  search: '7.9.3',
  visualization: '7.10.0',
  dashboard: '7.9.3',
} as const;
export type SavedObjectType = keyof typeof MIGRATION_VERSION;

/** A saved object names others by a name of its own and says here which they are. */
export interface Reference {
  name: string;
  type: SavedObjectType;
  id: string;
}

/** One line of an export. */
export interface SavedObject {
  id: string;
  type: SavedObjectType;
  attributes: Record<string, unknown>;
  references: Reference[];
  migrationVersion: Partial<Record<SavedObjectType, string>>;
}

/** A saved object with the version of its form. Its id stays the same, so that it takes the place of the one before. */
export function savedObject(
  type: SavedObjectType,
  id: string,
  attributes: Record<string, unknown>,
  references: Reference[] = [],
): SavedObject {
  return { id, type, attributes, references, migrationVersion: { [type]: MIGRATION_VERSION[type] } };
}

const EMPTY_QUERY = { query: { query: '', language: 'kuery' }, filter: [] };
const INDEX_REFERENCE = 'kibanaSavedObjectMeta.searchSourceJSON.index';

/** Searches nothing of its own: a dashboard, whose panels do. */
export function searchesNothing(): { kibanaSavedObjectMeta: { searchSourceJSON: string } } {
  return { kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(EMPTY_QUERY) } };
}

/** What is searched, and the reference by which it is found. */
export function searchesIn(
  indexPattern: string,
  more: object = {},
): { meta: { kibanaSavedObjectMeta: { searchSourceJSON: string } }; reference: Reference } {
  const searchSourceJSON = JSON.stringify({ ...EMPTY_QUERY, ...more, indexRefName: INDEX_REFERENCE });
  return {
    meta: { kibanaSavedObjectMeta: { searchSourceJSON } },
    reference: { name: INDEX_REFERENCE, type: 'index-pattern', id: indexPattern },
  };
}
