import { parseArgs } from 'node:util';
import { portFlag } from '../edge/listening.ts';
import { startAwsApis } from './aws-apis.ts';
import { readWorld } from './world-file.ts';

const HELP = `aws-apis: STS, EKS, EC2, ECR, OpenSearch, IAM, Service Quotas and the Price List of an account that is made up

  --world FILE      what there is in the account, as JSON; holds its secrets (/world.json)
  --port N          (4566)     --admin-port N  (4567)     --host ADDRESS  (0.0.0.0)
  --edge-admin URL  admin port of the edge that plays the domain: is told of every key
  --registry URL    the registry behind the repository; without one it holds no image`;

try {
  const { values } = parseArgs({
    options: {
      world: { type: 'string', default: '/world.json' },
      port: { type: 'string', default: '4566' },
      'admin-port': { type: 'string', default: '4567' },
      host: { type: 'string', default: '0.0.0.0' },
      'edge-admin': { type: 'string' },
      registry: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  const apis = await startAwsApis({
    world: readWorld(values.world),
    port: portFlag(values.port, '--port'),
    adminPort: portFlag(values['admin-port'], '--admin-port'),
    host: values.host,
    ...(values['edge-admin'] === undefined ? {} : { edgeAdminUrl: url(values['edge-admin'], '--edge-admin') }),
    ...(values.registry === undefined ? {} : { registryUrl: url(values.registry, '--registry') }),
    log: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
  });
  process.stdout.write(`${JSON.stringify({ listening: apis.port, admin: apis.adminPort })}\n`);
  process.on('SIGTERM', () => process.exit(0)).on('SIGINT', () => process.exit(0));
} catch (error) {
  process.stderr.write(`aws-apis: ${error instanceof Error ? error.message : error}\n`);
  process.exit(2);
}

function url(text: string, flag: string): string {
  if (!URL.canParse(text)) throw new Error(`${flag}: expected a URL, got "${text}"`);
  return text.replace(/\/+$/, '');
}
