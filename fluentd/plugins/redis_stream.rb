# frozen_string_literal: true

require 'redis-client'

module Fluent
  module Plugin
    # What the two ends of a Redis stream share: where it is, and how an event lies in an entry. One entry is one event, with the fields `tag`, `time`
    # (seconds and nanoseconds since the epoch, `1700000000.000000001`) and `record` (MessagePack: it keeps types, and costs less than JSON).
    module RedisStream
      def self.included(plugin)
        plugin.class_eval do
          desc 'redis://HOST:PORT/DB, rediss:// for TLS, or unix:///PATH.'
          config_param :url, :string, default: 'redis://redis:6379'
          desc 'Name of a user, where Redis has several.'
          config_param :username, :string, default: nil
          config_param :password, :string, default: nil, secret: true
          desc 'Key of the stream.'
          config_param :stream, :string, default: 'fluentd'
          desc 'Time within which Redis must take a connection, and answer.'
          config_param :timeout, :time, default: 10
        end
      end

      private

      # Never tries again by itself: a transaction whose answer was lost may have been carried out.
      def redis_config
        RedisClient.config(url: @url, username: @username, password: @password, timeout: @timeout, reconnect_attempts: 0)
      end

      def time_text(time)
        time.is_a?(Fluent::EventTime) ? "#{time.sec}.#{time.nsec.to_s.rjust(9, '0')}" : "#{time.to_i}.0"
      end

      # Throws ArgumentError for a text that is no time.
      def event_time(text)
        seconds, nanoseconds = text.split('.', 2)
        Fluent::EventTime.new(Integer(seconds, 10), Integer(nanoseconds, 10))
      end
    end
  end
end
