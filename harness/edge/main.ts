import { parseArgs } from 'node:util';
import { parseSize } from '../core/duration.ts';
import { startEdge } from './edge.ts';

const HELP = `edge: the front door of an AWS domain, for tests: verifies SigV4, caps bodies, answers by rules

  --port N          (9200)     --admin-port N  (9201)     --host ADDRESS  (0.0.0.0)
  --tls-port N      a port for TLS beside the plain one; none unless told
  --backend URL     the engine; without one the edge answers itself
  --access-key KEY  --secret-key SECRET   what requests must be signed with (required)
  --cap SIZE        largest body (10MiB)`;

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9200' },
      'admin-port': { type: 'string', default: '9201' },
      'tls-port': { type: 'string' },
      host: { type: 'string', default: '0.0.0.0' },
      backend: { type: 'string' },
      'access-key': { type: 'string' },
      'secret-key': { type: 'string' },
      cap: { type: 'string', default: '10MiB' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  if (!values['access-key'] || !values['secret-key']) throw new Error('--access-key and --secret-key are required');
  if (values.backend !== undefined && !URL.canParse(values.backend))
    throw new Error(`--backend: expected a URL, got "${values.backend}"`);
  const edge = await startEdge({
    port: port(values.port, '--port'),
    adminPort: port(values['admin-port'], '--admin-port'),
    ...(values['tls-port'] === undefined ? {} : { tlsPort: port(values['tls-port'], '--tls-port') }),
    host: values.host,
    backend: values.backend ?? null,
    credentials: [{ accessKeyId: values['access-key'], secretAccessKey: values['secret-key'] }],
    capBytes: parseSize(values.cap),
    log: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
  });
  process.stdout.write(`${JSON.stringify({ listening: edge.port, tls: edge.tlsPort, admin: edge.adminPort })}\n`);
  process.on('SIGTERM', () => process.exit(0)).on('SIGINT', () => process.exit(0));
} catch (error) {
  process.stderr.write(`edge: ${error instanceof Error ? error.message : error}\n`);
  process.exit(2);
}

function port(text: string, flag: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new Error(`${flag}: expected a port, got "${text}"`);
  return number;
}
