import { expect, test } from 'vitest';
import { withoutToken } from './session-token.ts';

test.each([
  [
    "[403] The Canonical String … should have been 'POST\\n/_bulk\\n\\nhost:search\\nx-amz-security-token:IQoJb3JpZ2luX2VjEA//+aZ==\\n\\nhost'",
    "[403] The Canonical String … should have been 'POST\\n/_bulk\\n\\nhost:search\\nx-amz-security-token:…\\n\\nhost'",
  ],
  ['{"X-Amz-Security-Token":"IQoJb3JpZ2lu=","host":"h"}', '{"X-Amz-Security-Token":"…","host":"h"}'],
  [
    'the list of headers: host;x-amz-date;x-amz-security-token',
    'the list of headers: host;x-amz-date;x-amz-security-token',
  ],
  ['following tail of /app/log/a.log', 'following tail of /app/log/a.log'],
])('%s', (line, masked) => expect(withoutToken(line)).toBe(masked));
