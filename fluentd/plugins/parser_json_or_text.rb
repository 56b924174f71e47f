require 'fluent/plugin/parser_json'

module Fluent
  module Plugin
    # A JSON line becomes its fields; any other line becomes { "message" => line }, so that none is lost.
    class JsonOrTextParser < JSONParser
      Fluent::Plugin.register_parser('json_or_text', self)

      def parse(text)
        super(text) do |time, record|
          if record.is_a?(Hash)
            yield time, record
          else
            yield Fluent::EventTime.now, { 'message' => text }
          end
        end
      end
    end
  end
end
