# frozen_string_literal: true

require 'fluent/plugin/in_tail'

module Fluent
  module Plugin
    # The tail input, which also takes a last line without a newline: what an application said last when it ended in the middle of a line. As it comes,
    # the tail input waits for the newline, and forgets the line with the file. When fluentd stops, or is done with a rotated file, a last line that
    # nobody has added to for a while is a line.
    class TailToTheEndInput < TailInput
      Plugin.register_input('tail_to_the_end', self)

      # The thread that starts the input and the event loop may take their first look at a file at the same time. Each would read it from the position that
      # it was left at, or take the other's look for a rotation; the later one finds all done.
      module OneFirstLook
        def initialize(*)
          super
          @first_look = Mutex.new
        end

        def on_notify(stat)
          return super unless @fsize == -1

          @first_look.synchronize { super if @fsize == -1 }
        end
      end
      TailWatcher::RotateHandler.prepend(OneFirstLook)

      desc 'Time after which nothing more is expected of a line that has not ended.'
      config_param :last_line_after, :time, default: 1

      def detach_watcher(tail_watcher, *)
        take_last_line(tail_watcher)
        handler = handler_of(tail_watcher)
        super
        read_no_more(handler) unless waits_for_its_batch?(tail_watcher)
      end

      private

      def take_last_line(tail_watcher)
        read_more(tail_watcher)
        pending = pending_of(tail_watcher)
        return if pending.nil? || pending.empty?

        sleep [@last_line_after - quiet_for(tail_watcher), 0].max
        read_more(tail_watcher)
        # More came, or the buffer is full: the position stays before the line.
        pending = pending_of(tail_watcher)
        return if pending.nil? || pending.empty? || quiet_for(tail_watcher) < @last_line_after
        return unless feed("#{pending}\n", tail_watcher)

        tail_watcher.pe.update_pos(tail_watcher.pe.read_pos + pending.bytesize)
        pending.clear
      end

      # A notice of the event loop may still wait for its turn. fluentd closes its pos_file next: what was read by then would be read again by the next
      # one.
      def read_no_more(handler)
        handler&.instance_variable_get(:@notify_mutex)&.synchronize { handler.define_singleton_method(:handle_notify) {} }
      end

      # With workers of its own a watcher reads on until its last batch is through.
      def waits_for_its_batch?(tail_watcher)
        tail_watcher.respond_to?(:pending?) && tail_watcher.pending?
      end

      # Until fluentd 1.19 a watcher reads when it is told that something happened, and hands its lines to the input itself.
      def read_more(tail_watcher)
        tail_watcher.respond_to?(:read_more) ? tail_watcher.read_more : tail_watcher.on_notify
      end

      def feed(line, tail_watcher)
        tail_watcher.respond_to?(:file_feed) ? tail_watcher.file_feed.feed_lines([line], tail_watcher) : receive_lines([line], tail_watcher)
      end

      def drained?(tail_watcher)
        return tail_watcher.drained? if tail_watcher.respond_to?(:drained?)

        handler_of(tail_watcher)&.instance_variable_get(:@lines)&.empty?
      end

      # Bytes that were read and are no line yet; nil where lines wait before them. The tail input keeps them to itself.
      def pending_of(tail_watcher)
        drained?(tail_watcher) ? handler_of(tail_watcher)&.instance_variable_get(:@fifo)&.buffer : nil
      end

      # Seconds since the file was last written to.
      def quiet_for(tail_watcher)
        Time.now - handler_of(tail_watcher).instance_variable_get(:@io).mtime
      end

      def handler_of(tail_watcher)
        tail_watcher.instance_variable_get(:@io_handler)
      end
    end
  end
end
