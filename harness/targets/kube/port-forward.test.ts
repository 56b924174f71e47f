import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import { afterEach, expect, test, vi } from 'vitest';
import { forwardPort } from './port-forward.ts';

afterEach(() => vi.restoreAllMocks());

/** A tunnel of the API server: `open` gets what comes in and answers. */
class Tunnel extends EventEmitter {
  closed = false;
  close() {
    this.closed = true;
    this.emit('close');
  }
}

function tunnels(open: (tunnel: Tunnel, answer: Writable, asked: Readable) => void | Promise<void>) {
  const all: { to: string; tunnel: Tunnel }[] = [];
  vi.spyOn(PortForward.prototype, 'portForward').mockImplementation(async (namespace, pod, ports, output, _, input) => {
    const tunnel = new Tunnel();
    all.push({ to: `${namespace}/${pod}:${ports}`, tunnel });
    await open(tunnel, output, input);
    return tunnel as never;
  });
  return all;
}

const at = (url: string): Socket => connect(Number(new URL(url).port), '127.0.0.1');

async function answerOf(url: string, said: string): Promise<string> {
  const socket = at(url);
  socket.on('error', () => {});
  socket.write(said);
  const chunks = await Array.fromAsync(socket as AsyncIterable<Buffer>).catch(() => []);
  return Buffer.concat(chunks).toString();
}

test('leads to the pod of the moment, and hands on all that it answers before its end', async () => {
  const long = 'x'.repeat(30_000_000);
  const all = tunnels((tunnel, answer, asked) => {
    asked.once('data', (data) => {
      answer.write(`${data}${long}`);
      tunnel.close();
    });
  });
  const pods = ['a', 'b'];
  await using port = await forwardPort(new KubeConfig(), 'n', async () => pods.shift(), 9201);
  expect(port.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  for (const said of ['hello', 'again']) {
    const answer = await answerOf(port.url, said);
    expect([answer.slice(0, 5), answer.length]).toEqual([said, said.length + long.length]);
  }
  expect(all.map(({ to }) => to)).toEqual(['n/a:9201', 'n/b:9201']);
});

test.each([
  ['where there is no pod', async () => undefined],
  ['where none can be looked for', async () => Promise.reject(new Error('no API server'))],
])('%s the connection breaks off', async (_, now) => {
  const all = tunnels(() => {});
  await using port = await forwardPort(new KubeConfig(), 'n', now, 9201);
  expect(await answerOf(port.url, 'hello')).toBe('');
  expect(all).toEqual([]);
});

test('where the API server refuses the tunnel again and again the connection breaks off', async () => {
  const all = tunnels(() => Promise.reject(new Error('403')));
  await using port = await forwardPort(new KubeConfig(), 'n', () => 'a', 9201);
  expect(await answerOf(port.url, 'hello')).toBe('');
  expect(all).toHaveLength(3);
});

test('a tunnel that is refused once is asked for again, and nothing is lost', async () => {
  let refusals = 1;
  tunnels((tunnel, answer, asked) => {
    if (refusals-- > 0) throw new Error('socket hang up');
    asked.once('data', (data) => {
      answer.write(data);
      tunnel.close();
    });
  });
  await using port = await forwardPort(new KubeConfig(), 'n', () => 'a', 9201);
  expect(await answerOf(port.url, 'hello')).toBe('hello');
});

test('a tunnel is closed also where whoever asked was gone before it stood', async () => {
  const all = tunnels(async (_tunnel, _answer, asked) => void (await once(asked, 'close')));
  await using port = await forwardPort(new KubeConfig(), 'n', () => 'a', 9201);
  const socket = at(port.url);
  await once(socket, 'connect');
  await vi.waitFor(() => expect(all).toHaveLength(1));
  socket.destroy();
  await vi.waitFor(() => expect(all[0]!.tunnel.closed).toBe(true));
});

test('its end closes what is open', async () => {
  const all = tunnels(() => {});
  const port = await forwardPort(new KubeConfig(), 'n', () => 'a', 9201);
  const socket = at(port.url);
  socket.on('error', () => {});
  await vi.waitFor(() => expect(all).toHaveLength(1));
  const closed = once(socket, 'close');
  await port[Symbol.asyncDispose]();
  await closed;
  await vi.waitFor(() => expect(all[0]!.tunnel.closed).toBe(true));
});
