import { expect, test } from 'vitest';
import { FARGATE_PRICE, hourlyPrice, monthlyPrice } from '../../core/fargate.ts';
import { type Product, pricesIn } from './apis/price-list.ts';
import { fargatePrices } from './prices.ts';

function product(usagetype: string, USD: string, effectiveDate = '2026-11-01T00:00:00Z'): Product {
  return {
    product: { attributes: { usagetype } },
    terms: {
      OnDemand: { 'SKU.TERM': { effectiveDate, priceDimensions: { 'SKU.TERM.RATE': { pricePerUnit: { USD } } } } },
    },
  };
}
const OTHERS = [
  product('APN2-AmazonEKS-Hours:perCluster', '0.10'),
  product('APN2-Fargate-ARM-vCPU-Hours:perCPU', '0.03725'),
  product('APN2-Fargate-Windows-vCPU-Hours:perCPU', '0.1'),
  product('APN2-SpotUsage-Fargate-GB-Hours', '0.001'),
];
const LIST = [
  ...OTHERS,
  product('APN2-Fargate-vCPU-Hours:perCPU', '0.0465600000'),
  product('APN2-Fargate-GB-Hours', '0.0051100000', '2026-12-01T00:00:00Z'),
  product('APN2-Fargate-EphemeralStorage-GB-Hours', '0.0001270000'),
];

test('the price list has the three prices of Linux on x86, among others', () => {
  expect(pricesIn(LIST, 'ap-northeast-2')).toEqual({
    vcpuHour: 0.04656,
    gibHour: 0.00511,
    storageGibHour: 0.000127,
    asOf: '2026-12-01',
  });
});

test('a price that is missing, or nothing, is named', () => {
  expect(() => pricesIn(OTHERS, 'xx-west-1')).toThrow(/for xx-west-1 has no vcpuHour, gibHour of Fargate/);
  const free = [...LIST.slice(0, -1), product('APN2-Fargate-EphemeralStorage-GB-Hours', '0.0000000000')];
  expect(pricesIn(free, 'ap-northeast-2').storageGibHour).toBe(FARGATE_PRICE.storageGibHour);
  expect(pricesIn(LIST.slice(0, -1), 'ap-northeast-2').storageGibHour).toBe(FARGATE_PRICE.storageGibHour);
});

test('the price list is asked for the region, or nobody is, as the settings say', async () => {
  const asked: string[] = [];
  const fargatePrice = async (region: string) => {
    asked.push(region);
    return pricesIn(LIST, region);
  };
  const listed = await fargatePrices({ prices: 'aws', region: 'ap-northeast-2' }, { fargatePrice });
  expect(listed).toMatchObject({ vcpuHour: 0.04656, source: "AWS's price list for ap-northeast-2" });
  const table = await fargatePrices({ prices: 'table', region: 'ap-northeast-2' }, { fargatePrice });
  expect(table).toEqual({
    vcpuHour: 0.04048,
    gibHour: 0.004445,
    storageGibHour: 0.000111,
    asOf: '2026-03',
    source: 'the table of this project, for us-east-1',
  });
  expect(asked).toEqual(['ap-northeast-2']);
});

test('a pod is priced by the prices given, by the table unless told', () => {
  const size = { vcpu: 1, memoryGiB: 2 };
  expect(hourlyPrice(size, 30, { vcpuHour: 1, gibHour: 0.1, storageGibHour: 0.01 })).toBeCloseTo(1.3, 9);
  expect(monthlyPrice(size, 20, { vcpuHour: 1, gibHour: 0, storageGibHour: 9 })).toBe(730);
  expect(monthlyPrice(size)).toBe(monthlyPrice(size, 20, FARGATE_PRICE));
});
