import { z } from 'zod';
import { FARGATE_PRICE } from '../core/fargate.ts';
import type { Api, Input } from './api.ts';
import { AwsError } from './errors.ts';

/** Above the dated table, so that one can tell which of them a figure came from; regions differ from us-east-1 by 10 to 30 %. */
const MARK_UP = 1.15;
/** US dollars an hour for a cluster of a version in standard support. */
const CLUSTER_HOUR = 0.1;

/** The Price List: what EKS costs in the world's region. */
export const pricing: Api = {
  protocol: 'json',
  service: 'pricing',
  version: 'AWSPriceListService',
  // Price List Query API, endpoints: AWS General Reference.
  regions: { only: ['us-east-1', 'eu-central-1', 'ap-south-1'] },
  operations: {
    GetProducts: {
      resource: () => '*',
      answer(input, { world: { region } }) {
        const { ServiceCode, Filters } = filtersOf(input);
        const matching = productsOf(region).filter(({ product: { attributes } }) =>
          Filters.every(({ Field, Value }) =>
            Field === 'ServiceCode' ? Value === ServiceCode : attributes[Field] === Value,
          ),
        );
        const PriceList = matching
          .filter(({ serviceCode }) => serviceCode === ServiceCode)
          .map((one) => JSON.stringify(one));
        return { FormatVersion: 'aws_v1', PriceList };
      },
    },
  },
};

const asked = z.object({
  ServiceCode: z.string(),
  Filters: z
    .array(
      z.object({
        Type: z.string().refine((type) => type === 'TERM_MATCH', 'only TERM_MATCH is played here'),
        Field: z.string(),
        Value: z.string(),
      }),
    )
    .default([]),
});

function filtersOf(input: Input): z.output<typeof asked> {
  const parsed = asked.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('InvalidParameterException', z.prettifyError(parsed.error));
}

interface Product {
  product: { productFamily: string; sku: string; attributes: Record<string, string> };
  serviceCode: string;
  terms: object;
  publicationDate: string;
}

function productsOf(region: string): Product[] {
  const { vcpuHour, gibHour, storageGibHour } = FARGATE_PRICE;
  return [
    product(region, 'Fargate-vCPU-Hours:perCPU', vcpuHour * MARK_UP, { cputype: 'perCPU' }, 'hours'),
    product(region, 'Fargate-GB-Hours', gibHour * MARK_UP, { memorytype: 'perGB' }, 'hours'),
    product(
      region,
      'Fargate-EphemeralStorage-GB-Hours',
      storageGibHour * MARK_UP,
      { storagetype: 'default' },
      'GB-Hours',
    ),
    product(region, 'AmazonEKS-Hours:perCluster', CLUSTER_HOUR, {}, 'hours'),
  ];
}

function product(
  region: string,
  usage: string,
  dollars: number,
  attributes: Record<string, string>,
  unit: string,
): Product {
  const usagetype = `${prefixOf(region)}-${usage}`;
  const sku = Buffer.from(usagetype).toString('hex').toUpperCase().slice(-16);
  const offer = `${sku}.JRTCKXETXF`;
  const rate = `${offer}.6YS6EN2CT7`;
  const price = {
    unit,
    endRange: 'Inf',
    description: `AWS Fargate - ${usagetype}`,
    appliesTo: [],
    rateCode: rate,
    beginRange: '0',
    pricePerUnit: { USD: dollars.toFixed(10) },
  };
  return {
    product: {
      productFamily: 'Compute',
      sku,
      attributes: {
        regionCode: region,
        servicecode: 'AmazonEKS',
        servicename: 'Amazon Elastic Container Service for Kubernetes',
        locationType: 'AWS Region',
        usagetype,
        operation: '',
        ...attributes,
      },
    },
    serviceCode: 'AmazonEKS',
    terms: {
      OnDemand: {
        [offer]: {
          sku,
          offerTermCode: 'JRTCKXETXF',
          effectiveDate: '2026-01-01T00:00:00Z',
          priceDimensions: { [rate]: price },
          termAttributes: {},
        },
      },
    },
    publicationDate: '2026-01-01T00:00:00Z',
  };
}

/** Regions whose usage types do not follow from their name: the first of Europe, and Mumbai. */
const PREFIXES: Record<string, string> = { 'eu-west-1': 'EU', 'ap-south-1': 'APS3' };
const PARTS: Record<string, string> = {
  north: 'N',
  south: 'S',
  east: 'E',
  west: 'W',
  central: 'C',
  northeast: 'N',
  southeast: 'S',
};

/** `APN2` of `ap-northeast-2`, as AWS' usage types abbreviate regions. */
function prefixOf(region: string): string {
  const [area = '', part = '', number = ''] = region.split('-');
  return PREFIXES[region] ?? `${area.toUpperCase()}${PARTS[part] ?? ''}${number}`;
}
