import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../cli/root.ts';
import { kustomize } from '../embedded/kustomize.ts';
import { type Blueprint, blueprintOf } from '../kube/blueprint.ts';
import { parseManifests } from '../kube/parse-manifests.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import { fakeDomain } from './preflight/fake-context.ts';

/** The delivered pipeline as it is on AWS, by role or by Secret; with further manifests (a queue's, for instance) where they are named. For tests. */
export function deliveredOnAws(how: 'aws' | 'aws-secret' = 'aws', ...further: string[]): Blueprint {
  const more = further.flatMap((file) => parseManifests(readFileSync(join(ROOT, file), 'utf8'), file));
  return blueprintOf([...kustomize(join(ROOT, 'manifests', 'overlays', how)), ...more]);
}

/** Where the delivered pipeline is. */
export const DELIVERED: PipelineSource = {
  name: 'delivered',
  root: ROOT,
  folders: ['manifests', 'fluentd'],
  manifests: join(ROOT, 'manifests', 'overlays', 'k3s'),
  topology: 'direct',
  imageContext: join(ROOT, 'fluentd'),
};

/** A domain with indices that takes one document and hands it out, as preflight asks it to. `away`: it answers that it is not there; `refusal`: what
 * it says to everything, with 403. */
export async function fakeIndices(...indices: [name: string, madeAt?: number][]) {
  const state = {
    indices: new Map(indices.map(([name, madeAt = 0]) => [name, madeAt])),
    away: false,
    refusal: undefined as object | undefined,
  };
  const domain = await fakeDomain((asked) => {
    if (state.away) return { status: 500, body: { message: 'away' } };
    if (state.refusal) return { status: 403, body: state.refusal };
    const [method, path] = asked.split(' ') as [string, string];
    const name = decodeURIComponent(path.slice(1).replace(/\?.*/, ''));
    if (name === '') return { status: 200, body: { version: { number: '2.19.5', distribution: 'opensearch' } } };
    if (name === '_bulk') return { status: 200, body: { errors: false, items: [{ create: { status: 201 } }] } };
    if (name.endsWith('/_search')) return { status: 200, body: { hits: { hits: [{ _id: '1' }] } } };
    if (method === 'DELETE') {
      state.indices.delete(name);
      return { status: 200, body: { acknowledged: true } };
    }
    const body = [...state.indices].map(([index, made]) => ({ index, 'creation.date': String(made) }));
    return { status: 200, body };
  });
  return Object.assign(domain, { state });
}
