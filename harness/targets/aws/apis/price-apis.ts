import { PricingClient, paginateGetProducts } from '@aws-sdk/client-pricing';
import { asked, type ClientSettings } from './asking.ts';
import { type ListedPrices, type Product, pricesIn } from './price-list.ts';

export interface PriceApis {
  /** US dollars of Fargate on EKS in a region; throws where the price list does not have all three. */
  fargatePrice(region: string): Promise<ListedPrices>;
}

export const PRICE_ACTIONS = {
  fargatePrice: ['pricing:GetProducts'],
} as const satisfies Record<keyof PriceApis, readonly string[]>;

/** One of the three regions that have the price list's API, for all of AWS: AWS Billing User Guide, "Price List Query API". */
const PRICING_REGION = 'us-east-1';

export function priceApis(settings: ClientSettings): PriceApis & Disposable {
  const client = new PricingClient({ ...settings, region: PRICING_REGION });
  return {
    fargatePrice: async (region) => {
      const filters = { Field: 'regionCode', Type: 'TERM_MATCH', Value: region } as const;
      const pages = await asked('pricing:GetProducts', () =>
        Array.fromAsync(paginateGetProducts({ client }, { ServiceCode: 'AmazonEKS', Filters: [filters] })),
      );
      const products = pages.flatMap(({ PriceList = [] }) =>
        PriceList.map((one: unknown): Product => JSON.parse(String(one))),
      );
      return pricesIn(products, region);
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
