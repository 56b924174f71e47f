import { randomBytes } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { identitiesIn } from '../core/record.ts';
import type { Document, Sink } from '../core/target.ts';

/** What became of one item of a bulk, in the engine's words. */
export interface ItemAnswer {
  _index: string;
  _id: string;
  status: number;
  result?: 'created' | 'updated' | 'deleted' | 'not_found';
  error?: { type: string; reason: string };
}

/** Documents a page. */
const PAGE = 10_000;

/** Documents by index and id in SQLite: the part of an engine that a pipeline needs to be proven, without types, analysis or limits. */
export class EmbeddedStore implements Sink {
  readonly #database: DatabaseSync;
  readonly #create: StatementSync;
  readonly #index: StatementSync;
  readonly #delete: StatementSync;

  /** `file`: where it is kept; in memory unless told. */
  constructor(file = ':memory:') {
    this.#database = new DatabaseSync(file);
    // Nothing outlives a run: a crash of the machine is one of the run.
    this.#database.exec(`
      PRAGMA journal_mode = MEMORY;
      PRAGMA synchronous = OFF;
      CREATE TABLE documents (at TEXT, id TEXT, run TEXT, source TEXT, PRIMARY KEY (at, id)) WITHOUT ROWID;
      CREATE INDEX by_run ON documents (run);
    `);
    const into = 'INTO documents (at, id, run, source) VALUES (?, ?, ?, ?)';
    this.#create = this.#database.prepare(`INSERT OR IGNORE ${into}`);
    this.#index = this.#database.prepare(
      `INSERT ${into} ON CONFLICT DO UPDATE SET run = excluded.run, source = excluded.source`,
    );
    this.#delete = this.#database.prepare('DELETE FROM documents WHERE at = ? AND id = ?');
  }

  /** SQLite's version. */
  get version(): string {
    return String(this.#database.prepare('SELECT sqlite_version() AS version').get()!['version']);
  }

  /** Does a bulk's items as one transaction. */
  bulk(items: readonly { verb: string; index: string; id: string | undefined; source: string }[]): ItemAnswer[] {
    this.#database.exec('BEGIN');
    try {
      const answers = items.map(({ verb, index, id, source }) =>
        this.#apply(verb, index, id ?? randomBytes(15).toString('base64url'), source),
      );
      this.#database.exec('COMMIT');
      return answers;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Each index with its documents. */
  indices(): { index: string; documents: number }[] {
    const rows = this.#database
      .prepare('SELECT at, count(*) AS documents FROM documents GROUP BY at ORDER BY at')
      .all();
    return rows.map(({ at, documents }) => ({ index: String(at), documents: Number(documents) }));
  }

  async count(run: string): Promise<number> {
    return Number(
      this.#database.prepare('SELECT count(*) AS documents FROM documents WHERE run = ?').get(run)!['documents'],
    );
  }

  /** What is stored is found at once: there is no refresh. */
  searchable(run: string): Promise<number> {
    return this.count(run);
  }

  async read(run: string, take: (page: Document[]) => void): Promise<void> {
    let page: Document[] = [];
    for (const { at, id, source } of this.#database
      .prepare('SELECT at, id, source FROM documents WHERE run = ?')
      .iterate(run)) {
      page.push({ index: String(at), id: String(id), source: JSON.parse(String(source)) });
      if (page.length < PAGE) continue;
      take(page);
      page = [];
    }
    if (page.length > 0) take(page);
  }

  async clear(): Promise<void> {
    this.#database.exec('DELETE FROM documents');
  }

  close(): void {
    this.#database.close();
  }

  #apply(verb: string, index: string, id: string, source: string): ItemAnswer {
    const at = { _index: index, _id: id };
    if (verb === 'delete') {
      const { changes } = this.#delete.run(index, id);
      return { ...at, status: changes ? 200 : 404, result: changes ? 'deleted' : 'not_found' };
    }
    if (!isObject(source))
      return {
        ...at,
        status: 400,
        error: { type: 'mapper_parsing_exception', reason: `failed to parse: ${source.slice(0, 100)}` },
      };
    const run = identitiesIn(source)[0]?.run ?? '';
    if (verb === 'create') {
      const { changes } = this.#create.run(index, id, run, source);
      if (changes) return { ...at, status: 201, result: 'created' };
      const reason = `[${id}]: version conflict, document already exists (current version [1])`;
      return { ...at, status: 409, error: { type: 'version_conflict_engine_exception', reason } };
    }
    const there = this.#database.prepare('SELECT 1 FROM documents WHERE at = ? AND id = ?').get(index, id);
    this.#index.run(index, id, run, source);
    return there ? { ...at, status: 200, result: 'updated' } : { ...at, status: 201, result: 'created' };
  }
}

function isObject(source: string): boolean {
  try {
    const value = JSON.parse(source);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
