import { expect, test } from 'vitest';
import { actionsOfCalls, actionsOfMethods, actionsOfRegistry } from './seen-actions.ts';

test('a call is the action that it took, by whom it was made', () =>
  expect(
    actionsOfCalls([
      { by: 'person', action: 'eks:DescribeCluster', status: 200 },
      { by: 'anonymous', action: 'sts:AssumeRoleWithWebIdentity', status: 403 },
    ]),
  ).toEqual([
    { by: 'person', action: 'eks:DescribeCluster' },
    { by: 'anonymous', action: 'sts:AssumeRoleWithWebIdentity' },
  ]));

test('a request to the domain is the action of its method, by who holds the key', () => {
  const holders = [
    { accessKeyId: 'ASIAPODS', by: 'pods' },
    { accessKeyId: 'ASIAPERSON', by: 'person' },
  ] as const;
  const methods = { ASIAPODS: { POST: 31 }, ASIAPERSON: { GET: 4, DELETE: 1 }, ASIAOTHER: { HEAD: 1 } };
  expect(actionsOfMethods(methods, holders)).toEqual([
    { by: 'pods', action: 'es:ESHttpPost' },
    { by: 'person', action: 'es:ESHttpGet' },
    { by: 'person', action: 'es:ESHttpDelete' },
    { by: 'anonymous', action: 'es:ESHttpHead' },
  ]);
});

const AT = '172.17.0.1 - - [28/Nov/2026:19:37:56 +0000]';
const DOCKER =
  'docker/20.10.24+dfsg1 go/go1.19.8 os/linux arch/amd64 UpstreamClient(Docker-Client/28.2.2 \\\\(linux\\\\))';
const NAME = 'efk-sidecar-harness';
const BLOB = 'sha256:27c2afba1ad89baa425aaebbd1bf819737ab639fa6bd5bf4201e2130c807ba16';
const UPLOAD = '263a3ee3-f3bc-42c6-ba80-002c2842110c?_state=yWSxGhvxifYXW_IbYddBC_88GxxatJli3X0JoKuH';
const line = (request: string, status: number, agent = DOCKER) =>
  `${AT} "${request} HTTP/1.1" ${status} 0 "" "${agent}"`;

test.each([
  [`HEAD /v2/${NAME}/blobs/${BLOB}`, 404, 'ecr:BatchCheckLayerAvailability'],
  [`POST /v2/${NAME}/blobs/uploads/`, 202, 'ecr:InitiateLayerUpload'],
  [`PATCH /v2/${NAME}/blobs/uploads/${UPLOAD}`, 202, 'ecr:UploadLayerPart'],
  [`PUT /v2/${NAME}/blobs/uploads/${UPLOAD}&digest=sha256%3A27c2`, 201, 'ecr:CompleteLayerUpload'],
  [`PUT /v2/${NAME}/manifests/edge-1`, 201, 'ecr:PutImage'],
  [`HEAD /v2/team/${NAME}/manifests/edge-1`, 404, 'ecr:BatchGetImage'],
  [`GET /v2/${NAME}/blobs/${BLOB}`, 200, 'ecr:GetDownloadUrlForLayer'],
])('%s is %i, %s', (request, status, action) =>
  expect(actionsOfRegistry(line(request, status))).toEqual([{ by: 'person', action }]),
);

test('a login, what others asked and what the registry says beside its access log is no action of the person’s', () => {
  const log = [
    'time="2026-11-28T19:37:54.166449215Z" level=warning msg="No HTTP secret provided - generated random secret."',
    line('GET /v2/', 401),
    line(`GET /v2/${NAME}/manifests/${BLOB}`, 200, 'containerd/v2.1.5'),
    line(`HEAD /v2/${NAME}/manifests/edge-1`, 200, 'node'),
    line(`PUT /v2/${NAME}/manifests/edge-1`, 201),
    '',
  ].join('\n');
  expect(actionsOfRegistry(log)).toEqual([{ by: 'person', action: 'ecr:PutImage' }]);
});

test('what is no part of a push or a pull is not passed over', () =>
  expect(() => actionsOfRegistry(line(`DELETE /v2/${NAME}/manifests/${BLOB}`, 202))).toThrow(
    `no IAM action is known for what Docker asked the registry: DELETE ${NAME}/manifests/${BLOB}`,
  ));
