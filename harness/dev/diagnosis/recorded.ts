/** What fluentd really said, with the sidecar's two pipelines, in front of a domain that misbehaved. */
export const FLUENTD = {
  dns: String.raw`2026-11-25 15:37:27 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 15:37:28 +0000 chunk="6611b9aa0378464ea4990f7427258918" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): no address for domain (Resolv::ResolvError)"`,
  tlsReset: String.raw`2026-11-25 13:02:04 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:02:05 +0000 chunk="661196eee25f56a2071ea21c0f01f1b7" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"https\"}): Connection reset by peer - SSL_connect (Errno::ECONNRESET)"`,
  tlsElasticsearch:
    '2026-11-25 13:56:37 +0000 [warn]: #0 Could not communicate to Elasticsearch, resetting connection and trying again. SSL_connect returned=1 errno=0 peeraddr=10.43.201.126:9200 state=error: no protocols available (OpenSSL::SSL::SSLError)',
  wrongKey: String.raw`2026-11-25 13:02:35 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:02:36 +0000 chunk="6611970c747fd832a17ff6b5237403f4" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): [403] {\"message\":\"The security token included in the request is invalid.\"}"`,
  expired: String.raw`2026-11-25 13:02:43 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:02:44 +0000 chunk="66119713ccedcb42679ccc804347f767" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): [403] {\"message\":\"The security token included in the request is expired\"}"`,
  clock: String.raw`2026-11-25 13:02:18 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:02:19 +0000 chunk="661196fbf78e673dd7009b9d91e667e3" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): [403] {\"message\":\"Signature expired: 20261125T130218Z is now earlier than 20261125T130718Z (20261125T131218Z - 5 min.)\"}"`,
  elasticsearch413: String.raw`2026-11-25 12:44:56 +0000 [warn]: #0 failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 12:44:58 +0000 chunk="6611931ace7e5cce6dd4b32fde34abef" error_class=Fluent::Plugin::ElasticsearchOutput::RecoverableRequestFailure error="could not push logs to Elasticsearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\", :aws_elasticsearch_service=>{:credentials=>#<Aws::Credentials access_key_id=\"AKIAIOSFODNN7EXAMPLE\">, :region=>\"ap-northeast-2\"}}): [413] {\"Message\":\"Request size exceeded 10485760 bytes\"}"`,
  throttled: String.raw`2026-11-25 12:49:43 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 12:49:44 +0000 chunk="6611942bd3b809125552069076af0d3d" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): [429] 429 Too Many Requests /_bulk"`,
  unavailable: String.raw`2026-11-25 12:55:23 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 12:55:25 +0000 chunk="6611956c56303ee8db75a542a144dbcc" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): [503] <html><body><b>Http/1.1 Service Unavailable</b></body> </html>"`,
  badGateway: String.raw`2026-11-25 13:04:46 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:04:47 +0000 chunk="66119788f9b6f8c103a18d55a907d8e5" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): [502] <html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"`,
  noAnswer: String.raw`2026-11-25 13:05:14 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:05:15 +0000 chunk="661197873d36ead8c06fc527afa2c938" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): read timeout reached"`,
  reset: String.raw`2026-11-25 13:04:43 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:04:44 +0000 chunk="6611978649cb27edecad8714c3142ec8" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): Connection reset by peer (Errno::ECONNRESET)"`,
  broke: String.raw`2026-11-25 13:04:48 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:04:49 +0000 chunk="6611978ae10b3e505e6b28fa1e50bd6a" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): EOFError (EOFError)"`,
  blocked: String.raw`2026-11-25 14:01:55 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 14:01:56 +0000 chunk="6611a44f37eab1e4c7cc257b8c8fcdf2" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): Rejected OpenSearch due to cluster_block_exception"`,
  rejected: String.raw`2026-11-25 13:10:57 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 13:10:58 +0000 chunk="661198eb024a8bdf63c39f0fcd61834c" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\"}): Rejected OpenSearch due to rejected_execution_exception"`,
  bufferFull:
    '2026-11-25 12:57:34 +0000 [warn]: [domain] failed to write data into buffer by buffer overflow action=:block',
  outOfBuffer:
    '2026-11-25 14:16:35 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 14:16:36 +0000 chunk="6611a7979781b329a7fa8e877bd7ed69" error_class=Fluent::Plugin::OpenSearchOutput::RetryStreamEmitFailure error="buffer is full."',
  diskFull:
    '2026-11-25 12:58:06 +0000 [error]: [domain] the disk is full: reading waits until there is room for the buffer error_class=Errno::ENOSPC error="No space left on device @ io_write - /app/log/.fluentd/buffer/buffer.b6611960bd55a0ceca097e1e5c6e9158a.log"',
  aside: String.raw`2026-11-25 13:06:09 +0000 [warn]: #0 dump an error event: error_class=Fluent::Plugin::ElasticsearchErrorHandler::ElasticsearchError error="400 - Rejected by Elasticsearch" location=nil tag="docswave.applog" time=2026-11-25 13:06:09.505815456 +0000 record={"message"=>"{\"time\":\"2026-11-25T13:06:09.496Z\",\"level\":\"info\",\"id\":\"r11z2h0ukg/testdeployment-ff4fcdb8f-ghs6g.mww503h1.1/000000300\",\"message\":\"[snqxdjb uruz vrmrc qoojehm ifn uaa gqeq wzzlatqr ynwujbj lifu pz]\"}"}`,
  typeParameter: String.raw`2026-11-25 19:38:17 +0000 [warn]: #0 failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 19:38:18 +0000 chunk="6611ef7ceb64ff81688eee49bb89bb28" error_class=Fluent::Plugin::ElasticsearchOutput::RecoverableRequestFailure error="could not push logs to Elasticsearch cluster ({:host=>\"domain\", :port=>9200, :scheme=>\"http\", :aws_elasticsearch_service=>{:credentials=>#<Aws::Credentials access_key_id=\"AKIAIOSFODNN7EXAMPLE\">, :region=>\"ap-northeast-2\"}}): [400] {\"error\":{\"root_cause\":[{\"type\":\"illegal_argument_exception\",\"reason\":\"Action/metadata line [1] contains an unknown parameter [_type]\"}],\"type\":\"illegal_argument_exception\",\"reason\":\"Action/metadata line [1] contains an unknown parameter [_type]\"},\"status\":400}"`,
  wrongSecret: String.raw`2026-11-25 20:18:25 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-25 20:18:26 +0000 chunk="6611f8774d2252d5a62ce5be22c5f73e" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"edge\", :port=>9200, :scheme=>\"http\"}): [403] {\"message\":\"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\"}"`,
  unparsed: '2026-11-25 20:18:37 +0000 [warn]: [lines] pattern not matched: "a line that is none of apache"',
  conflict:
    "2026-11-25 20:18:57 +0000 [warn]: send an error event to @ERROR: error_class=Fluent::Plugin::OpenSearchErrorHandler::OpenSearchError error=\"400 - Rejected by OpenSearch [error type]: mapper_parsing_exception [reason]: 'failed to parse field [level] of type [long] in document with id 'probemwwkgmrpee1e4e/probe.0.0/000000000'. Preview of field's value: 'info''\" location=nil tag=\"docswave.applog\" time=2026-11-25 20:18:51.056000000 +0000",
  stsDenied: String.raw`2026-11-28 23:21:08 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-28 23:21:09 +0000 chunk="6615e6e5396d6b6c00c1b44f7a6b0275" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"127.0.0.1\", :port=>18999, :scheme=>\"http\"}): STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: Not authorized to perform sts:AssumeRoleWithWebIdentity (Aws::STS::Errors::AccessDenied)"`,
  stsNoProvider: String.raw`2026-11-28 23:21:18 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-28 23:21:19 +0000 chunk="6615e6efb934b4dae1e52b444d8cfd2e" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"127.0.0.1\", :port=>18999, :scheme=>\"http\"}): STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: No OpenIDConnect provider found in your account for https://oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE (Aws::STS::Errors::InvalidIdentityToken)"`,
  stsAway: String.raw`2026-11-28 23:21:29 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-28 23:21:30 +0000 chunk="6615e6f93c44e4f2c12ee77569380640" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"127.0.0.1\", :port=>18999, :scheme=>\"http\"}): STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: Aws::STS::Errors::Http503Error (Aws::STS::Errors::Http503Error)"`,
  stsRefusesConnection: String.raw`2026-11-28 23:21:40 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-28 23:21:41 +0000 chunk="6615e703c9f4bd42241e2e111dd060e6" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"127.0.0.1\", :port=>18999, :scheme=>\"http\"}): STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: Failed to open TCP connection to 127.0.0.1:18998 (Connection refused - connect(2) for \"127.0.0.1\" port 18998) (Seahorse::Client::NetworkingError)"`,
  stsUnknownHost: String.raw`2026-11-28 23:21:48 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-28 23:21:49 +0000 chunk="6615e70b59412155cb6cba4fedb743c5" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"127.0.0.1\", :port=>18999, :scheme=>\"http\"}): STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: Failed to open TCP connection to sts.ap-northeast-2.amazonaws.invalid:80 (getaddrinfo: Name or service not known) (Seahorse::Client::NetworkingError)"`,
  stsHangs: String.raw`2026-11-28 23:22:11 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-28 23:22:12 +0000 chunk="6615e71c84cbb624c8a4ab41c46f62a5" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"127.0.0.1\", :port=>18999, :scheme=>\"http\"}): STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: Net::ReadTimeout with #<TCPSocket:(closed)> (Seahorse::Client::NetworkingError)"`,
  noToken: String.raw`2026-11-28 23:21:56 +0000 [warn]: [domain] failed to flush the buffer. retry_times=0 next_retry_time=2026-11-28 23:21:57 +0000 chunk="6615e713f14e94857c7584421e8ec1c9" error_class=Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure error="could not push logs to OpenSearch cluster ({:host=>\"127.0.0.1\", :port=>18999, :scheme=>\"http\"}): STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: Missing :web_identity_token_file parameter or invalid file path provided for Aws::AssumeRoleWebIdentityCredentials provider (Aws::Errors::MissingWebIdentityTokenFile)"`,
  lastKeys:
    '2026-11-28 23:22:23 +0000 [warn]: [domain] STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: Aws::STS::Errors::Http503Error (Aws::STS::Errors::Http503Error); those of before are used on until 2026-11-28T23:23:23Z',
} as const;

/** What domains and engines say. */
export const DOMAIN = {
  /** OpenSearch's security plugin to a user whom fine-grained access control maps to no role. */
  roleNotMapped:
    '{"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk] and User [name=arn:aws:iam::123456789012:user/fluentd, backend_roles=[], requestedTenant=null]"}],"type":"security_exception","reason":"no permissions for [indices:data/write/bulk] and User [name=arn:aws:iam::123456789012:user/fluentd, backend_roles=[], requestedTenant=null]"},"status":403}',
} as const;

/** What was seen of log volumes: the application last wrote ten minutes ago. */
export const LOOKS = {
  idle: [
    'now 1795637913',
    'user uid=999(fluentd) gid=999(fluentd) groups=999(fluentd)',
    'folder drwxrwxrwx 3 root root 80 Nov 25 20:18 /app/log',
    'open',
    'position /app/log/docswave-app.log\t00000000000004e9\t0000000000000006',
    'file 6 1257 /app/log/docswave-app.log',
    'log 1795637313 644 1000:1000',
    'readable',
    'newest /app/log/docswave-app.log',
    'line {"time":"2026-11-25T20:18:09.421Z","level":"info","id":"compose/87773260360c.mwwkfqtk.1/000000000","message":"[hqq egh szdc trcgur vsnbmtdw nxj hqkbz wpxqxf mlrvw izsn detrv zaskq bocymgafe yusfzq]"}',
  ].join('\n'),
  unreadable: [
    'now 1795637913',
    'user uid=999(fluentd) gid=999(fluentd) groups=999(fluentd)',
    'folder drwxrwxrwx 3 root root 80 Nov 25 20:18 /app/log',
    'open',
    'position /app/log/docswave-app.log\t00000000000004e9\t0000000000000006',
    'file 6 1257 /app/log/docswave-app.log',
    'log 1795637313 600 1000:1000',
  ].join('\n'),
  moved: [
    'now 1795637913',
    'user uid=999(fluentd) gid=999(fluentd) groups=999(fluentd)',
    'folder drwxrwxrwx 3 root root 80 Nov 25 20:18 /app/log',
    'open',
    'position /app/log/docswave-app.log\t00000000000004e9\t0000000000000006',
    'other 1795637313 1257 /app/log/app.txt',
  ].join('\n'),
  missing: [
    'now 1795637914',
    'user uid=999(fluentd) gid=999(fluentd) groups=999(fluentd)',
    'folder drwxrwxrwx 3 root root 60 Nov 25 20:18 /app/log',
    'open',
    'position /app/log/docswave-app.log\t00000000000004e9\t0000000000000006',
  ].join('\n'),
  missingToApplication: "ls: cannot access '/app/log/docswave-app.log': No such file or directory",
} as const;

/** What monitor_agent said. */
export const MONITOR = {
  well: {
    plugins: [
      {
        plugin_id: 'lines',
        plugin_category: 'input',
        type: 'tail_to_the_end',
        output_plugin: false,
        retry_count: null,
        emit_records: 8,
        emit_size: 0,
        opened_file_count: 1,
        closed_file_count: 0,
        rotated_file_count: 0,
        throttled_log_count: 0,
        tracked_file_count: 1,
      },
      {
        plugin_id: 'domain',
        plugin_category: 'output',
        type: 'opensearch_bulk',
        output_plugin: true,
        buffer_queue_length: 0,
        buffer_timekeys: [],
        buffer_total_queued_size: 0,
        retry_count: 3,
        emit_records: 8,
        emit_size: 0,
        emit_count: 7,
        write_count: 10,
        write_secondary_count: 0,
        rollback_count: 3,
        slow_flush_count: 0,
        flush_time_count: 1401,
        drop_oldest_chunk_count: 0,
        buffer_stage_length: 0,
        buffer_stage_byte_size: 0,
        buffer_queue_byte_size: 0,
        buffer_available_buffer_space_ratios: 100,
      },
    ],
  },
  full: {
    plugins: [
      {
        plugin_id: 'lines',
        plugin_category: 'input',
        type: 'tail_to_the_end',
        output_plugin: false,
        retry_count: null,
        emit_records: 209,
        emit_size: 0,
        opened_file_count: 1,
        closed_file_count: 0,
        rotated_file_count: 0,
        throttled_log_count: 0,
        tracked_file_count: 1,
      },
      {
        plugin_id: 'domain',
        plugin_category: 'output',
        type: 'opensearch_bulk',
        output_plugin: true,
        buffer_queue_length: 4,
        buffer_timekeys: [],
        buffer_total_queued_size: 67188,
        retry_count: 2,
        emit_records: 209,
        emit_size: 0,
        emit_count: 93,
        write_count: 2,
        write_secondary_count: 0,
        rollback_count: 2,
        slow_flush_count: 0,
        flush_time_count: 0,
        drop_oldest_chunk_count: 0,
        buffer_stage_length: 1,
        buffer_stage_byte_size: 7728,
        buffer_queue_byte_size: 59460,
        buffer_available_buffer_space_ratios: 0.0,
      },
    ],
  },
} as const;

/** What engines said of their settings. */
export const ENGINE = {
  blocked: {
    'logstash-2026.11.25': {
      settings: {
        'index.blocks.write': 'true',
        'index.creation_date': '1795637891478',
        'index.number_of_replicas': '1',
        'index.number_of_shards': '1',
        'index.provided_name': 'logstash-2026.11.25',
        'index.replication.type': 'DOCUMENT',
        'index.uuid': 'mG4iv1yBQ6WnddO9vySWCA',
        'index.version.created': '136408327',
      },
    },
  },
};
