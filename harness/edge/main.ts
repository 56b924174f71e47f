import { parseArgs } from 'node:util';
import { parseSize } from '../core/duration.ts';
import { startEdge } from './edge.ts';
import { portFlag } from './listening.ts';
import { credentialSource, renewed } from './own-credentials.ts';
import { signAs } from './own-signature.ts';

const HELP = `edge: the front door of an AWS domain, for tests: verifies SigV4, caps bodies, answers by rules

  --port N          (9200)     --admin-port N  (9201)     --host ADDRESS  (0.0.0.0)
  --tls-port N      a port for TLS beside the plain one; none unless told
  --backend URL     the engine; without one the edge answers itself. https: its name and certificate are verified
  --sign-region REGION   sign what is passed on (service es), for a backend that is an AWS domain. With what, the environment says:
                    AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, or AWS_ACCESS_KEY and AWS_ACCESS_SECRET, or AWS_ACCESS_KEY_ID,
                    AWS_SECRET_ACCESS_KEY and perhaps AWS_SESSION_TOKEN
  --access-key KEY  --secret-key SECRET   what requests must be signed with (required, or EDGE_ACCESS_KEY and EDGE_SECRET_KEY)
  --cap SIZE        largest body (10MiB)`;

const { env } = process;
try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9200' },
      'admin-port': { type: 'string', default: '9201' },
      'tls-port': { type: 'string' },
      host: { type: 'string', default: '0.0.0.0' },
      backend: { type: 'string' },
      'sign-region': { type: 'string' },
      'access-key': { type: 'string', default: env['EDGE_ACCESS_KEY'] ?? '' },
      'secret-key': { type: 'string', default: env['EDGE_SECRET_KEY'] ?? '' },
      cap: { type: 'string', default: '10MiB' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  if (!values['access-key'] || !values['secret-key'])
    throw new Error('--access-key and --secret-key, or EDGE_ACCESS_KEY and EDGE_SECRET_KEY, are required');
  const { backend = null, 'sign-region': region } = values;
  if (backend !== null && !/^https?:$/.test(URL.parse(backend)?.protocol ?? ''))
    throw new Error(`--backend: expected a URL of http or https, got "${backend}"`);
  if (region !== undefined && backend === null) throw new Error('--sign-region: there is no --backend to sign for');
  if (region === '') throw new Error('--sign-region: expected a region, such as ap-northeast-2');
  const log = (entry: object) => void process.stdout.write(`${JSON.stringify(entry)}\n`);
  const edge = await startEdge({
    port: portFlag(values.port, '--port'),
    adminPort: portFlag(values['admin-port'], '--admin-port'),
    ...(values['tls-port'] === undefined ? {} : { tlsPort: portFlag(values['tls-port'], '--tls-port') }),
    host: values.host,
    backend,
    sign: region === undefined ? undefined : signAs(region, renewed(credentialSource(env, region), log)),
    credentials: [{ accessKeyId: values['access-key'], secretAccessKey: values['secret-key'] }],
    capBytes: parseSize(values.cap),
    log,
  });
  process.stdout.write(`${JSON.stringify({ listening: edge.port, tls: edge.tlsPort, admin: edge.adminPort })}\n`);
  process.on('SIGTERM', () => process.exit(0)).on('SIGINT', () => process.exit(0));
} catch (error) {
  process.stderr.write(`edge: ${error instanceof Error ? error.message : error}\n`);
  process.exit(2);
}
