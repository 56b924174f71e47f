import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { identitiesIn } from '../../core/record.ts';
import { type FakeStack, fakeStack } from '../fake-stack.ts';
import { diagnose } from './diagnose.ts';
import { diagnosisLines } from './lines.ts';

const CONF = `
<source>
  @type tail
  path FOLDER/*.log
  pos_file FOLDER/.lines.pos
</source>
<match **>
  @type opensearch
  host edge
  <buffer>
    flush_interval 1s
  </buffer>
</match>`;
const PLAIN = { green: String, yellow: String, red: String, dim: String };
const OPTIONS = { withinMs: 10_000 };
/** For a probe that gets stuck. */
const STUCK = { withinMs: 300 };

/** A stack that lets each record through to the domain, and to a search where `searchable`. */
async function open({ searchable = true, conf = CONF } = {}): Promise<FakeStack> {
  const stack = await fakeStack(conf);
  const { says } = stack;
  writeFileSync(stack.logFile, 'a line of the application\n');
  stack.position(26);
  says.onWrite = (line) => {
    const { run, stream } = identitiesIn(line)[0]!;
    stack.position(statSync(stack.logFile).size);
    says.counters.requests++;
    says.counters.count('statuses', 200);
    says.counters.count('itemStatuses', 201);
    says.journal = () => [{ run, stream, from: 0, to: 1, at: 0, status: 201 }];
    if (searchable)
      says.documents = (query) =>
        query.includes(run) ? [{ _index: 'logstash-2026.11.25', _id: 'x', _source: {} }] : [];
  };
  return stack;
}

/** A line of fluentd's log of now. */
function said(text: string): string {
  return `${new Date().toISOString().slice(0, 19).replace('T', ' ')} +0000 [warn]: [domain] ${text}`;
}

describe('the walk along the way of a record', () => {
  test('says that all is well, with a probe of its own, and tells of it', async () => {
    await using stack = await open();
    const diagnosis = await diagnose(stack, OPTIONS);
    expect(diagnosis.findings.map(({ state }) => state)).toEqual(Array(7).fill('well'));
    expect(diagnosis.broken).toBeUndefined();
    const lines = diagnosisLines(diagnosis, PLAIN);
    expect(lines[0]).toBe('✔ parts: engine, edge, fluentd run');
    expect(lines).toContain(`  (the doctor wrote one record of its own: ${diagnosis.probe?.id})`);
    expect(lines.at(-1)).toMatch(/^✔ all is well: a record is searchable \d+ms after it was written$/);
  });

  test('ends at a part that does not run', async () => {
    await using stack = await open();
    stack.says.parts = stack.says.parts.map((one) =>
      one.part === 'engine' ? { ...one, state: 'ended', saw: 'ended with exit code 137' } : one,
    );
    const { broken, findings } = await diagnose(stack, OPTIONS);
    expect(broken).toMatchObject({ stage: 'parts', saw: 'engine does not run: ended with exit code 137' });
    expect(findings.map(({ state }) => state)).toEqual(['broken', ...Array(6).fill('unknown')]);
  });

  test('writes no record where the file is broken, so that it does not make the file that is missing', async () => {
    await using stack = await fakeStack(CONF);
    const diagnosis = await diagnose(stack, OPTIONS);
    expect(diagnosis.broken).toMatchObject({ stage: 'file', problem: 'file not written' });
    expect(diagnosis.probe).toBeUndefined();
    expect(() => statSync(stack.logFile)).toThrow('ENOENT');
    expect(diagnosisLines(diagnosis, PLAIN).at(-1)).toBe('✘ the first broken stage is "file": file not written');
  });

  test('names a position that is ahead only where the probe is not read: fluentd may come back by itself', async () => {
    await using stack = await open();
    stack.position(1000);
    expect((await diagnose(stack, OPTIONS)).broken).toBeUndefined();
    stack.says.journal = () => [];
    stack.says.documents = () => [];
    stack.says.onWrite = () => stack.position(1000);
    expect((await diagnose(stack, STUCK)).broken).toMatchObject({ stage: 'read', problem: 'pos_file ahead' });
  });

  test('writes no record where fluentd follows another path', async () => {
    await using stack = await open({ conf: CONF.replace('FOLDER/*.log', 'FOLDER/other/*.log') });
    expect((await diagnose(stack, OPTIONS)).broken).toMatchObject({ stage: 'read', problem: 'path wrong' });
    expect(readFileSync(stack.logFile, 'utf8')).toBe('a line of the application\n');
  });

  // The superuser may read whatever its mode.
  test.skipIf(process.getuid?.() === 0)('names a file that fluentd may not read', async () => {
    await using stack = await open();
    chmodSync(stack.logFile, 0o000);
    expect((await diagnose(stack, OPTIONS)).broken).toMatchObject({ stage: 'read', problem: 'permission wrong' });
  });

  test('believes a failure in the log until a retry succeeds, or the probe is accepted after it', async () => {
    await using stack = await open();
    const { onWrite } = stack.says;
    stack.says.log = [said('failed to flush the buffer. error="[429] 429 Too Many Requests /_bulk"')];
    expect((await diagnose(stack, OPTIONS)).broken).toBeUndefined();

    stack.says.onWrite = () => stack.position(statSync(stack.logFile).size);
    stack.says.journal = () => [];
    expect((await diagnose(stack, STUCK)).broken).toMatchObject({
      stage: 'accepted',
      problem: 'throttled',
    });

    stack.says.onWrite = onWrite;
    stack.says.log.push(said('retry succeeded. chunk_id="1"'));
    expect((await diagnose(stack, OPTIONS)).broken).toBeUndefined();
  });

  test('leaves alone what was said long ago', async () => {
    await using stack = await open();
    stack.says.log = ['2026-11-25 12:00:00 +0000 [warn]: pattern not matched: "a"'];
    expect((await diagnose(stack, OPTIONS)).broken).toBeUndefined();
    stack.says.log = [said('pattern not matched: "a"')];
    expect((await diagnose(stack, OPTIONS)).broken).toMatchObject({ stage: 'read', problem: 'parse error' });
  });

  test('counts what the edge refused since the probe was written, not before', async () => {
    await using stack = await open();
    const { says } = stack;
    says.counters.count('itemStatuses', 403, 50);
    expect((await diagnose(stack, OPTIONS)).broken).toBeUndefined();
    const { onWrite } = says;
    says.onWrite = (line) => {
      onWrite(line);
      says.counters.count('itemStatuses', 403, 2);
    };
    says.settings = { 'logstash-2026.11.25': { settings: { 'index.blocks.write': 'true' } } };
    expect((await diagnose(stack, OPTIONS)).broken).toMatchObject({
      problem: 'index blocked',
      evidence: ['edge: 2 records refused with 403', 'engine: logstash-2026.11.25: index.blocks.write = true'],
    });
  });

  test("looks up the application's last line, and the time that it is found at", async () => {
    await using stack = await open();
    const { says } = stack;
    const ahead = new Date(Date.now() + 9 * 3_600_000).toISOString();
    const { onWrite } = says;
    says.onWrite = (line) => {
      onWrite(line);
      const { documents } = says;
      says.documents = (query) =>
        query.includes('a line of the application')
          ? [{ _index: 'logstash-2026.11.26', _id: 'y', _source: { '@timestamp': ahead } }]
          : documents(query);
    };
    expect((await diagnose(stack, OPTIONS)).broken).toMatchObject({ stage: 'searchable', problem: 'time zone' });
  });

  test('names what was accepted and is not searchable', async () => {
    await using stack = await open({ searchable: false });
    expect((await diagnose(stack, STUCK)).broken).toMatchObject({ stage: 'searchable', problem: 'not searchable' });
  });
});
