import { FARGATE_PRICE, type FargatePrice } from '../../../core/fargate.ts';
import { AwsError } from '../aws-trouble.ts';

/** Prices of AWS's price list; `asOf`: the day since which they are in force, `2026-03-01`. */
export interface ListedPrices extends FargatePrice {
  asOf: string;
}

/** What is used of a product of the price list, format aws_v1. */
export interface Product {
  product?: { attributes?: { usagetype?: string } };
  terms?: { OnDemand?: Record<string, { effectiveDate?: string; priceDimensions?: Record<string, Dimension> }> };
}
interface Dimension {
  pricePerUnit?: { USD?: string };
}

/** `APN2-Fargate-vCPU-Hours:perCPU`. Nothing between region and Fargate, nor behind it: ARM, Windows and Spot have prices of their own. */
const USAGE: Record<keyof FargatePrice, RegExp> = {
  vcpuHour: /^(\w+-)?Fargate-vCPU-Hours(:perCPU)?$/,
  gibHour: /^(\w+-)?Fargate-GB-Hours$/,
  storageGibHour: /^(\w+-)?Fargate-EphemeralStorage-GB-Hours$/,
};

/**
 * Throws an {@link AwsError} that names each price that these products do not have. Storage above 20 GB is listed for Fargate on ECS; where it is not for
 * EKS, the dated table's price stands in.
 */
export function pricesIn(products: readonly Product[], region: string): ListedPrices {
  const found = Object.entries(USAGE).map(([name, usage]) => {
    const product = products.find((one) => usage.test(one.product?.attributes?.usagetype ?? ''));
    const [term] = Object.values(product?.terms?.OnDemand ?? {});
    const dollars = Object.values(term?.priceDimensions ?? {}).map(({ pricePerUnit }) => Number(pricePerUnit?.USD));
    return { name, dollars: dollars.find((amount) => amount > 0), since: term?.effectiveDate ?? '' };
  });
  const missing = found
    .filter(({ name, dollars }) => dollars === undefined && name !== 'storageGibHour')
    .map(({ name }) => name);
  if (missing.length > 0)
    throw new AwsError({
      kind: 'broken',
      saw: `AWS's price list for ${region} has no ${missing.join(', ')} of Fargate among ${products.length} products of AmazonEKS`,
      fix: 'look at aws.amazon.com/fargate/pricing whether the region has Fargate',
    });
  const since = found.map((one) => one.since.slice(0, 10)).sort();
  const prices = Object.fromEntries(found.map(({ name, dollars = FARGATE_PRICE.storageGibHour }) => [name, dollars]));
  return { ...(prices as unknown as FargatePrice), asOf: since.at(-1) || 'unknown' };
}
