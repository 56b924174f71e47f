import { bad, defineCheck, ok, warn } from './check.ts';
import { CREDENTIALS } from './identity.ts';

export const DOMAIN = 'domain';

export const domain = defineCheck(DOMAIN, [CREDENTIALS], async ({ apis, settings: { domain: ours, region } }) => {
  const found = await apis.domain(ours.name);
  if (!found)
    return bad(
      `the OpenSearch Service has no domain ${ours.name} in ${region}`,
      `correct domain or region in aws.config.ts, or say the name with EFK_AWS_DOMAIN_NAME; aws opensearch list-domain-names --region ${region} lists them`,
    );
  if (found.processing)
    return bad(
      `a change of ${ours.name} is in progress: nodes are replaced meanwhile`,
      `wait until it is done: aws opensearch describe-domain-change-progress --domain-name ${ours.name} --region ${region}`,
    );
  const hosts = found.endpoints;
  if (![ours.endpoint, ours.fromPods].some((url) => url && hosts.includes(new URL(url).host)))
    return warn(
      `${ours.name} is at ${hosts.join(', ') || 'no endpoint yet'}, and the settings say ${ours.endpoint}`,
      'fine where a proxy or tunnel leads there; otherwise correct domain in aws.config.ts',
    );
  return ok(`${ours.name} is there, ${found.fineGrained ? 'with' : 'without'} fine-grained access control`);
});

/** Read by the bulk API and sliced scroll, which these have; the output of the delivered sidecar is tested with them. */
const ENGINES = [/^OpenSearch_[123]\./, /^Elasticsearch_7\./];

export const engineVersion = defineCheck('engine version', [DOMAIN], async ({ apis, settings }) => {
  const { engineVersion: version } = (await apis.domain(settings.domain.name))!;
  if (ENGINES.some((one) => one.test(version))) return ok(version.replace('_', ' '));
  return bad(
    `${version.replace('_', ' ')} is not one that the harness knows`,
    'upgrade the domain to OpenSearch 1, 2 or 3 (or Elasticsearch 7), or take another one',
  );
});

export const domainHealth = defineCheck(
  'domain health',
  [DOMAIN],
  async ({ apis, settings: { domain: ours, region } }) => {
    const health = await apis.domainHealth(ours.name);
    const look = `see which: GET ${ours.endpoint}/_cat/indices?v, or aws opensearch describe-domain-health --domain-name ${ours.name} --region ${region}`;
    if (health === 'Green') return ok('green');
    if (health === 'Yellow') return warn('yellow: some replicas are on no node', look);
    return bad(
      health === 'Red' ? 'red: some shards are on no node' : `the service says ${health}`,
      health === 'Red' ? look : `wait until the domain has data nodes; ${look}`,
    );
  },
);
