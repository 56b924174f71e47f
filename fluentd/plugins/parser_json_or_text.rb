# frozen_string_literal: true

require 'json'
require 'time'
require 'fluent/plugin/parser'

module Fluent
  module Plugin
    # Lines that are JSON objects become records with their own time; any other line becomes `{"message": LINE}` with the time of reading. No line is
    # turned down: what a parser turns down, the tail input drops.
    class JsonOrTextParser < Parser
      Plugin.register_parser('json_or_text', self)

      config_set_default :time_key, 'time'

      # Epoch numbers from here on are milliseconds: as seconds they would lie after the year 5000.
      FIRST_MILLISECONDS = 100_000_000_000
      # fluentd's own options, where it has them (from 1.19 on).
      JSON_OPTIONS = defined?(Fluent::DEFAULT_JSON_PARSE_OPTIONS) ? Fluent::DEFAULT_JSON_PARSE_OPTIONS : {}.freeze
      # Keeps what it makes of the options, which JSON.parse makes anew for every line (json from 2.10 on has it).
      CODER = JSON::Coder.new(**JSON_OPTIONS) if defined?(JSON::Coder)
      UTC_WITH_FRACTION = /\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z\z/

      def parser_type
        :text
      end

      def parse(text)
        line = utf8(text)
        record = object_in(line)
        if record
          yield time_of(record[@time_key]), record
        else
          yield Fluent::EventTime.now, { 'message' => line }
        end
      end

      private

      # Bytes that are no UTF-8 would stop the whole bulk; each becomes U+FFFD.
      def utf8(text)
        line = text.encoding == Encoding::UTF_8 ? text : text.dup.force_encoding(Encoding::UTF_8)
        line.valid_encoding? ? line : line.scrub
      end

      def object_in(line)
        return unless line.start_with?('{')

        CODER ? CODER.load(line) : JSON.parse(line, **JSON_OPTIONS)
      rescue JSON::ParserError
        nil
      end

      def time_of(value)
        case value
        when String then UTC_WITH_FRACTION.match?(value) ? utc_time(value) : Fluent::EventTime.from_time(Time.iso8601(value))
        when Numeric then Fluent::EventTime.from_time(Time.at(value >= FIRST_MILLISECONDS ? value / 1000r : value))
        else Fluent::EventTime.now
        end
      rescue ArgumentError, RangeError, FloatDomainError
        Fluent::EventTime.now
      end

      # `2026-11-25T12:00:00.123Z`: 19 characters of seconds, then a dot.
      def utc_time(text)
        digits = text.bytesize - 21
        Fluent::EventTime.new(second_of(text[0, 19]), text[20, digits].to_i * 10**(9 - digits))
      end

      # Seconds since the epoch; lines come in bursts of one second, so the last one is kept.
      def second_of(text)
        return @second if @second_text == text

        @second = Time.iso8601("#{text}Z").to_i
        @second_text = text
        @second
      end
    end
  end
end
