/** Bad usage or configuration, a pipeline's own included: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The environment failed us: exit code 3. */
export class EnvironmentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnvironmentError';
  }
}

/** Exit codes, as the README lists them. */
export const EXIT = { pass: 0, broken: 1, usage: 2, environment: 3, generator: 4, interrupted: 130 } as const;
