import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');

/**
 * Certificate and key of the TLS listener, for the names `domain`, `localhost` and 127.0.0.1, until 2126. They are public and protect nothing; a
 * client that shall trust the edge takes the certificate for its CA. Made by: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
 * -nodes -days 36500 -subj /CN=domain -addext subjectAltName=DNS:domain,DNS:localhost,IP:127.0.0.1
 */
export const CERTIFICATE = { cert: read('tls-certificate.pem'), key: read('tls-key.pem') };
