import type { Estimate } from '../../core/fargate-bill.ts';
import type { AwsSettings } from './settings.ts';

/** `120 min, $5.00` */
export function limitsText({ minutes, dollars }: AwsSettings['budget']): string {
  return `${minutes} min, $${dollars.toFixed(2)}`;
}

/** What of an estimate is above what a run may take: a line each, with what to do. */
export function overBudget(
  { ms, dollars }: Pick<Estimate, 'ms' | 'dollars'>,
  { minutes, dollars: most }: AwsSettings['budget'],
): string[] {
  const over = (what: string, name: string) =>
    `! the ${what} will probably end the run before its end: raise ${name}, or run fewer scenarios (-t)`;
  return [
    ...(ms > minutes * 60_000 ? [over(`time limit of ${minutes} min`, 'budget.minutes')] : []),
    ...(dollars > most ? [over(`spend limit of $${most.toFixed(2)}`, 'budget.dollars')] : []),
  ];
}
