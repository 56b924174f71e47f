# frozen_string_literal: true

require 'socket'
require 'fluent/clock'
require 'fluent/plugin/input'
require 'fluent/plugin/buffer'
require_relative 'redis_stream'

module Fluent
  module Plugin
    # Reads what out_redis_stream wrote, as one of a group of readers. An entry is acknowledged and deleted once its event is in the buffer of the
    # output that it is routed to: with a file buffer nothing is lost with this process. Until then the entry is Redis' to give again: to this reader
    # after a lost connection or a restart under the same name, to another one when it has been idle for `claim_idle`.
    #
    # A full buffer stops the reading: with `overflow_action block` while the output waits for room, with `throw_exception` by trying again.
    class RedisStreamInput < Input
      Plugin.register_input('redis_stream', self)

      include RedisStream

      helpers :thread

      desc 'The group of readers. The stream is its alone: what it has read is deleted.'
      config_param :group, :string, default: 'fluentd'
      desc 'Name of this reader in the group.'
      config_param :consumer, :string, default: Socket.gethostname
      desc 'Most entries of one read. All of them are in memory at once.'
      config_param :batch_size, :integer, default: 1000
      desc 'Longest wait of one read for new entries; a stop waits as long.'
      config_param :block, :time, default: 1
      desc 'Time after which entries of a reader that does not acknowledge them are taken over. Shorter than a reader may take: duplicates.'
      config_param :claim_idle, :time, default: 60
      desc 'Time between two looks for such entries.'
      config_param :claim_interval, :time, default: 15
      desc 'Wait after an error.'
      config_param :retry_wait, :time, default: 1

      def start
        super
        @redis = redis_config.new_client
        @buffered = []
        thread_create(:redis_stream_reader) { read_on while thread_current_running? }
      end

      # The reader ends before outputs flush for the last time: this is called before theirs is.
      def shutdown
        @_threads.values.each(&:join)
        leave
        super
      end

      private

      # Reads until it is stopped or something fails; then what this reader has not acknowledged is read again.
      def read_on
        acknowledge
        join_group
        take(entries_after('0')) until own_entries_done?
        while thread_current_running?
          take_over if claim_due?
          take(entries_after('>', block_ms: (@block * 1000).to_i))
        end
      rescue StandardError => e
        log.warn 'the stream is read again after a pause', error: e, stream: @stream
        sleep @retry_wait if thread_current_running?
      end

      def join_group
        @redis.call('XGROUP', 'CREATE', @stream, @group, '0', 'MKSTREAM')
      rescue RedisClient::CommandError => e
        raise unless e.code == 'BUSYGROUP'
      end

      # Whether Redis has no more entries that this reader was given and did not acknowledge.
      def own_entries_done?
        !thread_current_running? || @redis.call('XPENDING', @stream, @group, '-', '+', 1, @consumer).empty?
      end

      def entries_after(id, block_ms: nil)
        read = ['XREADGROUP', 'GROUP', @group, @consumer, 'COUNT', @batch_size, *(['BLOCK', block_ms] if block_ms), 'STREAMS', @stream, id]
        found = @redis.blocking_call_v((block_ms || 0) / 1000.0 + @timeout, read)
        found ? found.fetch(@stream) : []
      end

      def claim_due?
        now = Fluent::Clock.now
        return false if @claimed && now - @claimed < @claim_interval

        @claimed = now
      end

      # Takes over entries that another reader was given and has not acknowledged for long.
      def take_over
        from = '0-0'
        loop do
          from, entries, = @redis.call('XAUTOCLAIM', @stream, @group, @consumer, (@claim_idle * 1000).to_i, from, 'COUNT', @batch_size)
          log.info "took over #{entries.size} entries of readers that are gone", stream: @stream unless entries.empty?
          take(entries)
          break if from == '0-0' || !thread_current_running?
        end
      end

      # Hands entries on, tag by tag, and acknowledges them.
      def take(entries)
        entries.group_by { |_, fields| tag_of(fields) }.each do |tag, alike|
          events = alike.filter_map { |_, fields| event_of(fields) if fields }
          emit(tag, events) unless events.empty?
          @buffered.concat(alike.map(&:first))
        end
        acknowledge
      end

      # An entry that was deleted meanwhile has no fields.
      def tag_of(fields)
        at = fields&.index('tag')
        fields[at + 1] if at
      end

      # Time and record of an entry; one that out_redis_stream did not write goes to @ERROR as it is.
      def event_of(fields)
        fields = fields.each_slice(2).to_h
        _, time, record = fields.fetch_values('tag', 'time', 'record')
        [event_time(time), Fluent::MessagePackFactory.msgpack_unpacker.feed(record).read]
      rescue KeyError, ArgumentError, MessagePack::UnpackError, EOFError => e
        router.emit_error_event(@stream, Fluent::EventTime.now, fields, e)
        nil
      end

      # Past the router's own handling of errors: a full buffer would send the events to @ERROR, where Redis can hold them. Any other failure is
      # that of single events; each goes the router's way.
      def emit(tag, events)
        stream = MultiEventStream.new(events.map(&:first), events.map(&:last))
        router.match(tag).emit_events(tag, stream)
        metric_callback(stream)
      rescue StandardError => e
        cause = e.respond_to?(:internal_error) ? e.internal_error : e
        raise cause if cause.is_a?(Buffer::BufferOverflowError)

        events.each { |time, record| router.emit(tag, time, record) }
      end

      # What is in the buffer is not read again, also when Redis could not be told at once.
      def acknowledge
        return if @buffered.empty?

        @redis.multi do |transaction|
          transaction.call('XACK', @stream, @group, *@buffered)
          transaction.call('XDEL', @stream, *@buffered)
        end
        @buffered = []
      end

      # Takes this reader off the group, so that the names of pods that are gone do not pile up. What it did not acknowledge would go with it.
      def leave
        @redis.call('XGROUP', 'DELCONSUMER', @stream, @group, @consumer) if @redis.call('XPENDING', @stream, @group, '-', '+', 1, @consumer).empty?
      rescue RedisClient::Error, SystemCallError => e
        log.info 'left without a word to Redis', error: e
      ensure
        @redis.close
      end
    end
  end
end
