/** Which engine's words: OpenSearch took Elasticsearch's "es_" off its exceptions. */
export type Flavour = 'opensearch' | 'elasticsearch';

/** The action line of one item, as far as its error names it. */
export interface ItemAction {
  _index?: string;
  _id?: string;
}

/** The error of one refused item, as the engine words it: 429 a full write queue, 400 a mapping conflict, 403 a blocked index. */
export function itemError(status: number, flavour: Flavour, { _index = '', _id = '' }: ItemAction): object {
  switch (status) {
    case 429:
      return flavour === 'opensearch'
        ? {
            type: 'rejected_execution_exception',
            reason:
              'rejected execution of coordinating operation [coordinating_and_primary_bytes=80530636, replica_bytes=0, all_bytes=80530636, coordinating_operation_bytes=1048576, max_coordinating_and_primary_bytes=80530636]',
          }
        : {
            type: 'es_rejected_execution_exception',
            reason: `rejected execution of processing of [4711][indices:data/write/bulk[s][p]]: request: BulkShardRequest [[${_index}][0]] on EsThreadPoolExecutor[name = write, queue capacity = 10000]`,
          };
    case 400:
      return {
        type: 'mapper_parsing_exception',
        reason: `failed to parse field [level] of type [long] in document with id '${_id}'. Preview of field's value: 'info'`,
        caused_by: { type: 'illegal_argument_exception', reason: 'For input string: "info"' },
      };
    case 403:
      return {
        type: 'cluster_block_exception',
        reason: `index [${_index}] blocked by: [FORBIDDEN/8/index write (api)];`,
      };
    default:
      return { type: `status_${status}_exception`, reason: 'decided by the edge' };
  }
}
