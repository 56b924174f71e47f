# frozen_string_literal: true

require_relative 'parser_json_or_text'

module Fluent
  module Plugin
    # As json_or_text, for plain text in which a record has many lines: a new one begins with a JSON object, or where `format_firstline` matches; what
    # that names becomes a field beside "message", which is the whole text. The tail input takes a type with "multiline" in its name for such a parser.
    class JsonOrMultilineTextParser < JsonOrTextParser
      Plugin.register_parser('json_or_multiline_text', self)

      desc 'Matches the first line of a record in plain text.'
      config_param :format_firstline, :regexp

      def has_firstline?
        true
      end

      def firstline?(line)
        line.start_with?('{') || @format_firstline.match?(utf8(line))
      end

      def parse(text)
        super do |time, record|
          fields = record.size == 1 && @format_firstline.match(record['message'].to_s)&.named_captures
          next yield time, record unless fields

          own = fields.delete(@time_key)
          yield own ? time_of(own) : time, record.merge(fields.compact)
        end
      end
    end
  end
end
