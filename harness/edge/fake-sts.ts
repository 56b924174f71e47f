import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credential } from './signature.ts';

/** AWS STS, as far as pods ask it: which keys it hands out for a service account's token; undefined: it refuses. */
export type Assume = (asked: { role: string; token: string }) => Credential | undefined;

/** Starts it on the loopback, for tests. */
export async function fakeSts(assume: Assume): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const form = new URLSearchParams(text);
    const key =
      form.get('Action') === 'AssumeRoleWithWebIdentity'
        ? assume({ role: form.get('RoleArn') ?? '', token: form.get('WebIdentityToken') ?? '' })
        : undefined;
    response.writeHead(key ? 200 : 403, { 'content-type': 'text/xml' }).end(key ? handedOut(key) : DENIED);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const DENIED = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>
<Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

function handedOut({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: Credential): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
<SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(expiresAt ?? 0).toISOString()}</Expiration></Credentials>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
}
