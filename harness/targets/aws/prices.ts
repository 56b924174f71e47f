import { FARGATE_PRICE, type FargatePrice } from '../../core/fargate.ts';
import type { AwsApis } from './apis.ts';
import type { AwsSettings } from './settings.ts';

/** What Fargate costs, and who says so. `asOf`: a day or a month; `source`: for people. */
export interface FargatePrices extends FargatePrice {
  asOf: string;
  source: string;
}

/** From AWS's price list for the region, or from the dated table of us-east-1, as the settings say. Throws an AwsError. */
export async function fargatePrices(
  { prices, region }: Pick<AwsSettings, 'prices' | 'region'>,
  apis: Pick<AwsApis, 'fargatePrice'>,
): Promise<FargatePrices> {
  if (prices === 'aws') return { ...(await apis.fargatePrice(region)), source: `AWS's price list for ${region}` };
  const { region: of, ...price } = FARGATE_PRICE;
  return { ...price, source: `the table of this project, for ${of}` };
}
