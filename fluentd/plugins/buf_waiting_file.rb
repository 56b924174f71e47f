# frozen_string_literal: true

require 'fluent/clock'
require 'fluent/plugin/buf_file'

module Fluent
  module Plugin
    # The file buffer, which takes a full disk for a full buffer: `overflow_action block` then waits, and the lines wait in their file. As it comes, a
    # write that the disk refuses is an error like any other: the lines go to @ERROR, whose file is on the same disk, and count as read all the same.
    class WaitingFileBuffer < FileBuffer
      Plugin.register_buffer('waiting_file', self)

      desc 'Time to the next try after the disk refused a write.'
      config_param :retry_full_disk_after, :time, default: 1

      FULL = [Errno::ENOSPC, Errno::EDQUOT].freeze

      def write(*, **)
        super.tap { @refused_at = nil }
      rescue *FULL, BufferOverflowError => e
        raise if e.is_a?(BufferOverflowError) && !storable?

        log.error 'the disk is full: reading waits until there is room for the buffer', error: e unless @refused_at
        @refused_at = Fluent::Clock.now
        raise BufferOverflowError, "the disk is full: #{e.message}"
      end

      # Asked before each try.
      def storable?
        super && !(@refused_at && Fluent::Clock.now - @refused_at < @retry_full_disk_after)
      end
    end
  end
end
