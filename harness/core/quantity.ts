import { UsageError } from './trouble.ts';

/** What Kubernetes writes behind a number. */
const SUFFIXES: Record<string, number> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** The amount of any quantity that an API server takes, `1e3` and `0` included; throws {@link UsageError} for what is none. */
export function parseQuantity(quantity: string | number): number {
  const [, number, suffix = '', exponent = ''] =
    String(quantity).match(/^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|([eE][+-]?\d+))?$/) ?? [];
  if (number === undefined)
    throw new UsageError(`expected a Kubernetes quantity such as 250m, 2 or 1Gi, got "${quantity}"`);
  return Number(number + exponent) * SUFFIXES[suffix]!;
}

/** Cores of a Kubernetes quantity, such as `250m` or `0.25`; throws {@link UsageError} for anything else, and for less than a thousandth. */
export function parseCpu(quantity: string): number {
  const [, number, milli] = quantity.match(/^(?:(\d+(?:\.\d{1,3})?)|(\d+)m)$/) ?? [];
  const cores = milli === undefined ? Number(number) : Number(milli) / 1000;
  if (!(cores > 0))
    throw new UsageError(`expected an amount of CPU above 0 such as 250m, 0.25 or 2, got "${quantity}"`);
  return cores;
}

/**
 * Bytes of a Kubernetes quantity, such as `256Mi` or `1Gi`; throws {@link UsageError} for anything else. `m`, which Kubernetes takes for thousandths of a
 * byte, is nobody's intention.
 */
export function parseMemory(quantity: string): number {
  const [, number, unit = ''] = quantity.match(/^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/) ?? [];
  const bytes = Number(number) * SUFFIXES[unit]!;
  if (!(bytes > 0))
    throw new UsageError(`expected an amount of memory above 0 such as 256Mi, 1Gi or 512M, got "${quantity}"`);
  return bytes;
}
