import { says } from '../harness/core/checks.ts';
import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { keysExpired, keysRefused } from '../harness/faults/keys-refused.ts';

export default defineScenario({
  title:
    'keeps records while the domain refuses its key, from the start and in mid-run, says so, and delivers them once the key is taken',
  why: 'a 403 is no verdict on the records: with `retry_forever` they wait in the buffer, and the domain’s own words stand in the log',
  rows: [15],
  setting: '`retry_forever`',
  asWritten: 'kept',
  load: { linesPerSecond: 200, for: '16s' },
  faults: [during('before', '6s', keysRefused()), during('8s', '15s', keysExpired())],
  checks: [
    says(/\[403\].*The security token included in the request is invalid/),
    says(/\[403\].*The security token included in the request is expired/),
  ],
});
