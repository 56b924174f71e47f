# frozen_string_literal: true

require 'fluent/plugin/out_opensearch'
require_relative 'web_identity_role'

module Fluent
  module Plugin
    # The opensearch output, which makes the same bulk bodies with less work: index, action and the second in `@timestamp` are made once for all records
    # that share them. As it comes, the output makes them anew for every record, with two DateTimes and a struct that is hashed three times. Where its
    # settings ask for something else it is the opensearch output and nothing more.
    class OpenSearchBulkOutput < OpenSearchOutput
      Plugin.register_output('opensearch_bulk', self)

      # The bulk body of one index; `action` is how the action line of each record begins.
      Body = Struct.new(:info, :action, :text, :count)
      # What the records of one second share: body, and `@timestamp` before and behind its fraction.
      Second = Struct.new(:sec, :body, :before, :behind)

      def configure(conf)
        super
        @short_way = short_way?
        @id_of = @meta_config_map.first&.first
        @fraction_unit = 10**(9 - @time_precision)
        log.info 'these settings need the long way of the opensearch output' unless @short_way
      end

      def write(chunk)
        return super unless @short_way

        tag = chunk.metadata.tag
        names = expand_placeholders(chunk)
        host = expand_host_placeholders(chunk)
        bodies = {}
        second = nil
        chunk.msgpack_each do |time, record|
          next unless record.is_a?(Hash)

          second = second_of(time.to_i, names, host, bodies) unless second && second.sec == time.to_i
          body = append(second, tag, time, record, names, host, bodies)
          flush(body, tag, chunk, names) if body && body.text.bytesize > @bulk_message_request_threshold && @bulk_message_request_threshold.positive?
        end
        bodies.each_value { |body| flush(body, tag, chunk, names) }
      end

      # The opensearch output asks STS at the start and when a configuration is checked, and ends where STS is away. The same role is there for the timer
      # by which that output renews keys: this one renews its own.
      def aws_credentials(conf)
        role, token = conf[:assume_role_arn], conf[:assume_role_web_identity_token_file]
        keys = [conf[:access_key_id], conf[:secret_access_key]]
        return super unless role && token && keys.any?(&:empty?)

        @role ||= WebIdentityRole.new(log: log, role_arn: role, web_identity_token_file: token, region: sts_creds_region(conf),
                                      role_session_name: conf[:assume_role_session_name])
      end

      private

      # As in the delivered configuration: an index a day, an id for every record, and times that are the events' own.
      def short_way?
        @logstash_format && @utc_index && @write_operation == CREATE_OP && @meta_config_map.map(&:last) == [ID_FIELD] &&
          (@suppress_type_name || @last_seen_major_version >= 2) && @time_precision.between?(1, 9) && !@logstash_dateformat.match?(/[LN]/) &&
          [@flatten_hashes, @target_index_key, @time_key, @pipeline, @include_index_in_url, @metainfo&.include_chunk_id].none?
      end

      # Returns the body that the record is in now; nil where it is in none.
      def append(second, tag, time, record, names, host, bodies)
        return append_the_long_way(tag, time, record, names, host, bodies) if record.key?(TIMESTAMP_FIELD) || !time.is_a?(Fluent::EventTime)

        record[TIMESTAMP_FIELD] = second.before + (time.nsec / @fraction_unit).to_s.rjust(@time_precision, '0') + second.behind
        record[@tag_key] = tag if @include_tag_key
        id = @id_of.call(record)
        @remove_keys&.each { |key| record.delete(key) }
        return without_id(record) unless id

        # First all that may fail: a body holds whole items only.
        id, document = @dump_proc.call(id), @dump_proc.call(record)
        body = second.body
        body.text << body.action << id << "}}\n" << document << BODY_DELIMITER
        body.count += 1
        body
      rescue StandardError => e
        router.emit_error_event(tag, time, record, e) if emit_error_label_event?
        nil
      end

      # A record with a time of its own, which may be of another day than the event.
      def append_the_long_way(tag, time, record, names, host, bodies)
        meta, header, record = process_message(tag, {}, {}, time, record, {}, names)
        body = body_of(meta['_index'], meta.delete('_alias'), host, bodies)
        return without_id(record) unless append_record_to_messages(@write_operation, meta, header, record, body.text)

        body.count += 1
        body
      end

      def without_id(record)
        raise MissingIdFieldError, "Missing '_id' field. Write operation is #{@write_operation}" if @emit_error_for_missing_id

        log.on_debug { log.debug("Dropping record because its missing an '_id' field and write_operation is #{@write_operation}: #{record}") }
        nil
      end

      def second_of(sec, names, host, bodies)
        prefix, date_format, _index, _template, _customize, application = names
        local = Time.at(sec)
        date = local.getutc.strftime(date_format)
        index = [prefix, date].join(@logstash_prefix_separator).downcase
        body = body_of(index, [prefix, application, date].join(@logstash_prefix_separator).downcase, host, bodies)
        Second.new(sec, body, local.strftime('%Y-%m-%dT%H:%M:%S.'), local.strftime('%:z'))
      end

      def body_of(index, name, host, bodies)
        bodies[index] ||= Body.new(RequestInfo.new(host, nil, index, name), %({"create":{"_index":#{@dump_proc.call(index)},"_id":), +'', 0)
      end

      def flush(body, tag, chunk, names)
        send_bulk(body.text, tag, chunk, body.count, names, body.info) unless body.text.empty?
        body.text.clear
        body.count = 0
      end
    end
  end
end
