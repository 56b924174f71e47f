import { bad, defineCheck, ok, warn } from './check.ts';

/** AWS takes signatures that are at most this old or early, ms; from here on it is a matter of time until it is too much. */
const SKEW_MS = 5 * 60_000;
const NEAR_MS = 60_000;

export const CREDENTIALS = 'credentials';

/** Expired and missing ones come as the SDK's errors. */
export const credentials = defineCheck(CREDENTIALS, [], async ({ apis }) => {
  const { account, arn } = await apis.whoAmI();
  return ok(`account ${account}, ${arn}`);
});

export const clock = defineCheck('clock', [CREDENTIALS], async ({ apis }) => {
  const { clockAheadMs } = await apis.whoAmI();
  const fix = "set this machine's clock by chrony or the system's time service";
  if (clockAheadMs === undefined) return warn('AWS did not tell its time', fix);
  const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
  const off = `${seconds}s ${clockAheadMs < 0 ? 'behind' : 'ahead of'} AWS's`;
  if (Math.abs(clockAheadMs) >= SKEW_MS) return bad(`${off}: AWS refuses signatures from 5 min on`, fix);
  return Math.abs(clockAheadMs) >= NEAR_MS ? warn(off, fix) : ok(seconds < 2 ? "AWS's" : off);
});
