import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1Deployment, V1ServiceAccount } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FREE_STORAGE_GIB } from '../harness/core/fargate.ts';
import { fargateLint } from '../harness/core/fargate-lint/lint.ts';
import type { LintedObject, LintedPodSpec } from '../harness/core/fargate-lint/objects.ts';
import { podAsks, podSize } from '../harness/core/fargate-lint/pod-size.ts';
import { parseQuantity } from '../harness/core/quantity.ts';
import { kustomize } from '../harness/targets/embedded/kustomize.ts';
import { anatomyOf, containersOf } from '../harness/targets/kube/anatomy.ts';

const GIB = 2 ** 30;
const overlay = (name: string) => join(import.meta.dirname, 'overlays', name);
const rendered = { aws: kustomize(overlay('aws')), 'aws-secret': kustomize(overlay('aws-secret')) };
const kinds = (objects: KubernetesObject[]) => objects.map(({ kind }) => kind).sort();
const podOf = (objects: KubernetesObject[]) => anatomyOf(objects).deployment.spec!.template;
/** The sidecar's variables: a value, or the Secret and key that it comes from. */
const variables = (objects: KubernetesObject[]) =>
  Object.fromEntries(
    anatomyOf(objects).fluentd.env!.map(({ name, value, valueFrom }) => [
      name,
      value ?? `${valueFrom?.secretKeyRef?.name}/${valueFrom?.secretKeyRef?.key}`,
    ]),
  );

describe.each(['aws', 'aws-secret'] as const)('overlays/%s', (name) => {
  const objects = rendered[name];
  const { spec } = podOf(objects);

  test('takes in every file beside it', () => {
    const { resources, patches } = parse(readFileSync(join(overlay(name), 'kustomization.yaml'), 'utf8'));
    const named = [...resources, ...patches.map(({ path }: { path: string }) => path)];
    const files = readdirSync(overlay(name)).filter((file) => !/^(README\.md|kustomization\.yaml)$/.test(file));
    expect(named).toEqual(expect.arrayContaining(files));
  });

  test('holds no Secret, and nothing of the local stand-ins', () => {
    expect(kinds(objects)).not.toContain('Secret');
    const [deployment] = objects.filter((object): object is V1Deployment => object.kind === 'Deployment');
    expect(JSON.stringify(deployment)).not.toMatch(/EXAMPLE|http:/);
    const { AWS_ES_ENDPOINT, AWS_REGION } = variables(objects);
    expect(AWS_ES_ENDPOINT).toMatch(/^https:\/\/.*\.es\.amazonaws\.com$/);
    expect(AWS_ES_ENDPOINT).toContain(`.${AWS_REGION}.`);
  });

  test('names every image by its digest in ECR', () => {
    const images = containersOf(spec!).map(({ image }) => image!);
    expect(images).toHaveLength(2);
    for (const image of images)
      expect(image).toMatch(
        /^\d{12}\.dkr\.ecr\.ap-northeast-2\.amazonaws\.com\/(fluentd|test-repo)@sha256:[0-9a-f]{64}$/,
      );
  });

  test('is admitted by Fargate: as a pod of 1 vCPU and 2 GB, with the storage that is free', () => {
    expect(fargateLint(objects as LintedObject[])).toEqual([]);
    expect(podSize(spec as LintedPodSpec)).toMatchObject({ vcpu: 1, memoryGiB: 2, storageGiB: FREE_STORAGE_GIB });
  });

  test('asks for the storage that its volumes may take, and stays within what is free with what Fargate adds', () => {
    const volumes = spec!.volumes!.flatMap(({ emptyDir }) => emptyDir?.sizeLimit ?? []);
    expect(volumes).toHaveLength(2);
    const asked = anatomyOf(objects).fluentd.resources!.requests!['ephemeral-storage']!;
    expect(parseQuantity(asked)).toBeGreaterThan(volumes.reduce((sum, size) => sum + parseQuantity(size), 0));
    const { storageGiB } = podAsks(spec as LintedPodSpec);
    expect(storageGiB).toBeGreaterThan(parseQuantity(asked) / GIB);
    // A tenth and 5 GiB: AWS, "AWS Fargate adds support for larger ephemeral volumes".
    expect(storageGiB * 1.1 + 5).toBeLessThanOrEqual(FREE_STORAGE_GIB);
    for (const { resources } of containersOf(spec!))
      expect(resources!.limits).not.toHaveProperty(['ephemeral-storage']);
  });

  test('is the pipeline that the harness knows', () => {
    const { namespace, application, fluentd, configMap, configKey, logFile } = anatomyOf(objects);
    expect([namespace, application.name, fluentd.name, configMap.metadata!.name, configKey, logFile]).toEqual([
      ...['kubetest', 'test-repo', 'fluentd-sidecar', 'fluentd-config', 'td-agent.conf'],
      '/app/log/docswave-app.log',
    ]);
  });
});

test('overlays/aws signs with the role of a service account, whose token the sidecar can read and the application has not', () => {
  expect(kinds(rendered.aws)).toEqual(['ConfigMap', 'Deployment', 'Namespace', 'ServiceAccount']);
  expect(Object.keys(variables(rendered.aws)).sort()).toEqual([
    ...['AWS_ES_ENDPOINT', 'AWS_REGION', 'AWS_STS_REGIONAL_ENDPOINTS'],
  ]);
  expect(variables(rendered.aws)).toMatchObject({ AWS_STS_REGIONAL_ENDPOINTS: 'regional' });
  const account = rendered.aws.find((object): object is V1ServiceAccount => object.kind === 'ServiceAccount')!;
  expect(account.metadata).toEqual({
    name: 'efk-sidecar',
    namespace: 'kubetest',
    annotations: { 'eks.amazonaws.com/role-arn': expect.stringMatching(/^arn:aws:iam::\d{12}:role\//) },
  });
  const { metadata, spec } = podOf(rendered.aws);
  expect(spec).toMatchObject({ serviceAccountName: 'efk-sidecar', securityContext: { fsGroup: 2000 } });
  expect(metadata!.annotations).toEqual({
    'eks.amazonaws.com/skip-containers': anatomyOf(rendered.aws).application.name,
  });
});

test('overlays/aws-secret signs with the two keys of a Secret that is made by hand, and has no role', () => {
  expect(kinds(rendered['aws-secret'])).toEqual(['ConfigMap', 'Deployment', 'Namespace']);
  const { AWS_ES_ENDPOINT, AWS_REGION } = variables(rendered.aws);
  expect(variables(rendered['aws-secret'])).toEqual({
    ...{ AWS_ES_ENDPOINT, AWS_REGION },
    AWS_ACCESS_KEY: 'aws-account-secret/AWS_ACCESS_KEY',
    AWS_ACCESS_SECRET: 'aws-account-secret/AWS_ACCESS_SECRET',
  });
  const { metadata, spec } = podOf(rendered['aws-secret']);
  expect(spec!.serviceAccountName).toBe('default');
  expect(metadata!.annotations ?? {}).toEqual({});
});
