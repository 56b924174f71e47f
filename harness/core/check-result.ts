/** One line of a doctor: what was looked at, what was seen, and how to mend it. `warn` does not fail. */
export interface CheckResult {
  check: string;
  state: 'ok' | 'warn' | 'bad';
  saw: string;
  fix?: string;
}
