# frozen_string_literal: true

require 'securerandom'
require 'fluent/plugin/filter'

module Fluent
  module Plugin
    # Gives every record the id of its document, under a key that the output takes away again: the application's own id where the line has one, so that
    # a line that is sent or read twice is one document; a random one otherwise, so that a line sent twice is.
    class DocumentIdFilter < Filter
      Plugin.register_filter('document_id', self)

      desc 'The field in which the application writes an id of its own for every line.'
      config_param :from, :string, default: 'id'
      desc 'The field that the output reads the id from, and removes.'
      config_param :to, :string, default: '@document_id'

      # A longer id makes the domain refuse the whole bulk that it is in.
      LONGEST_BYTES = 512

      def filter(_tag, _time, record)
        # A record that the domain asked to be sent again comes by once more; it keeps its id.
        record[@to] ||= usable(record[@from]) || SecureRandom.uuid
        record
      end

      private

      def usable(id)
        case id
        when String then id if id.bytesize.between?(1, LONGEST_BYTES)
        when Integer then id.to_s
        end
      end
    end
  end
end
