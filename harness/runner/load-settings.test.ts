import { expect, test } from 'vitest';
import { UsageError } from '../core/trouble.ts';
import { parseLoadSettings } from './load-settings.ts';

const NOTHING = { profile: {}, load: {}, parameters: {}, limits: {}, redis: {} };

test.each([
  [[], {}],
  [['stage.rate=2500.5', 'stage.bytes=1KiB'], { profile: { rate: 2500.5, bytes: '1KiB' } }],
  [
    ['profile.pods=4', 'profile.warmUp=5s', 'profile.abortAfter=1m'],
    { profile: { pods: 4, warmUp: '5s', abortAfter: '1m' } },
  ],
  [['load.format=text', 'load.text=korean'], { load: { format: 'text', text: 'korean' } }],
  [['fluentd.cpu=500m', 'fluentd.memory=384MiB'], { limits: { cpu: '500m', memory: '384Mi' } }],
  [['fluentd.memory=384Mi', 'disk=64Mi'], { limits: { memory: '384Mi' }, disk: '64MiB' }],
  [['fluentd.cpu=1.5'], { limits: { cpu: '1.5' } }],
  [['fluentd.flush_thread_count=4', 'fluentd.@type='], { parameters: { flush_thread_count: '4', '@type': '' } }],
  [
    ['redis.maxmemory=64mb', 'redis.maxmemory-policy=noeviction'],
    { redis: { maxmemory: '64mb', 'maxmemory-policy': 'noeviction' } },
  ],
  [['disk=64MiB'], { disk: '64MiB' }],
  [['collectors=2', 'edge.bytesPerSecond=2MiB'], { collectors: 2, edgeBytesPerSecond: 2_097_152 }],
  [['edge.bytesPerSecond=2MiB', 'edge.bytesPerSecond=1KiB/s'], { edgeBytesPerSecond: 1024 }],
])('%j', (pairs, expected) => {
  expect(parseLoadSettings(pairs)).toEqual({ ...NOTHING, ...expected });
});

test.each([
  ['nonsense', '--set nonsense: expected KEY=VALUE; keys: stage.rate, stage.bytes, profile.pods'],
  ['stage.rat=5', 'unknown key "stage.rat" (did you mean "stage.rate"?); there are stage.rate'],
  ['load.linesPerSecond=5', 'unknown key "load.linesPerSecond"'],
  ['toString=5', 'unknown key "toString"'],
  ['fluentd.=5', 'unknown key "fluentd."'],
  ['redis=5', 'unknown key "redis"'],
  ['stage.rate=0', '--set stage.rate=0: expected a number above 0, got "0"'],
  ['stage.rate=-3', 'expected a number above 0, got "-3"'],
  ['stage.rate=', 'expected a number above 0, got ""'],
  ['stage.bytes=200', 'expected a size such as'],
  ['stage.bytes=0B', 'expected a size above 0, got "0B"'],
  ['profile.pods=1.5', 'expected a whole number from 1 to 9999, got "1.5"'],
  ['profile.pods=0', 'expected a whole number'],
  ['profile.warmUp=5', 'expected a duration such as'],
  ['load.format=xml', 'expected json or text, got "xml"'],
  ['load.text=latin', 'expected ascii or korean or stack-trace, got "latin"'],
  ['fluentd.cpu=', 'expected cores such as 0.5 or 500m, got ""'],
  ['fluentd.cpu=0m', 'expected cores such as'],
  ['fluentd.memory=400KiB', 'expected a size such as 384MiB, 384Mi or 1GiB, got "400KiB"'],
  ['disk=64', 'expected a size such as 384MiB, 384Mi or 1GiB, got "64"'],
  ['collectors=many', 'expected a whole number'],
  ['edge.bytesPerSecond=2MB', 'expected a size such as'],
])('%s is refused', (pair, message) => {
  expect(() => parseLoadSettings([pair])).toThrow(UsageError);
  expect(() => parseLoadSettings([pair])).toThrow(message);
});
