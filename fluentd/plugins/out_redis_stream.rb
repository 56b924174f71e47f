# frozen_string_literal: true

require 'fluent/plugin/output'
require_relative 'redis_stream'

module Fluent
  module Plugin
    # Appends events to a Redis stream, for in_redis_stream to read. A chunk goes as transactions of `batch_size` XADDs, each of which Redis carries out
    # as a whole or not at all; a retry goes on behind the last one that Redis has answered. So an event is twice in the stream only if an answer
    # was lost, and its document id then takes one away.
    #
    # Whatever Redis or the connection says (down, loading, out of memory, a wrong password) is raised, and the buffer tries again.
    class RedisStreamOutput < Output
      Plugin.register_output('redis_stream', self)

      include RedisStream

      desc 'Entries in one transaction.'
      config_param :batch_size, :integer, default: 1000
      desc 'About how many entries the stream may have; the oldest go, read or not. Unset: none goes. Then Redis must have `maxmemory-policy ' \
           'noeviction`, and when it is full its refusal (OOM) leaves events in the buffer: slower, instead of lost in silence.'
      config_param :maxlen, :integer, default: nil

      config_section :buffer do
        config_set_default :chunk_keys, ['tag']
      end

      def configure(conf)
        super
        raise Fluent::ConfigError, "batch_size: expected at least 1, got #{@batch_size}" if @batch_size < 1
        raise Fluent::ConfigError, "maxlen: expected at least 1, got #{@maxlen}" if @maxlen && @maxlen < 1

        @add = ['XADD', @stream, *(['MAXLEN', '~', @maxlen] if @maxlen), '*']
        # Events of a chunk that Redis has answered for, by the chunk's id.
        @answered = {}
      end

      def start
        super
        @redis = redis_config.new_pool(timeout: @timeout, size: @buffer_config.flush_thread_count)
      end

      def shutdown
        super
        @redis&.close
      end

      def multi_workers_ready?
        true
      end

      def formatted_to_msgpack_binary?
        true
      end

      # The record is packed within the packed event, so that a flush need not look into it.
      def format(tag, time, record)
        [tag, time_text(time), pack(record)].to_msgpack
      end

      def write(chunk)
        id = chunk.unique_id
        done = @answered.fetch(id, 0)
        chunk.to_enum(:msgpack_each).drop(done).each_slice(@batch_size) do |events|
          add(events)
          @answered[id] = done += events.size
        end
        @answered.delete(id)
      end

      private

      def add(events)
        @redis.multi do |transaction|
          events.each { |tag, time, record| transaction.call_v([*@add, 'tag', tag, 'time', time, 'record', record]) }
        end
      end

      def pack(record)
        Fluent::MessagePackFactory.thread_local_msgpack_packer.pack(record).full_pack.b
      end
    end
  end
end
