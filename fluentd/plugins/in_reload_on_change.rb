# frozen_string_literal: true

require 'digest'
require 'open3'
require 'fluent/clock'
require 'fluent/plugin/input'

module Fluent
  module Plugin
    # Makes a change of the mounted configuration come into force: looks at the file's content, asks `fluentd --dry-run` about a new one and, if it
    # is good, has fluentd reload it in place (SIGUSR2). A broken file is refused and the old configuration goes on. The log tells which content by the
    # first digits of its SHA-256.
    class ReloadOnChangeInput < Input
      Plugin.register_input('reload_on_change', self)

      helpers :timer

      desc 'The configuration file. In a ConfigMap volume it is a symlink that is swapped.'
      config_param :path, :string, default: Fluent::DEFAULT_CONFIG_PATH
      desc 'Time between two looks. One reads a file of some kilobytes.'
      config_param :interval, :time, default: 0.5
      desc 'Command that ends with 0 if the file, its last argument, is good.'
      config_param :check_command, :array, value_type: :string, default: %w[fluentd --dry-run -c]
      desc 'Time after which fluentd should have reloaded.'
      config_param :patience, :time, default: 30

      WRITING_SECONDS = 0.05

      # What outlives a reload: the content that fluentd was asked to reload, and when.
      Asked = Struct.new(:content, :at)

      class << self
        attr_accessor :asked
      end

      def configure(conf)
        super
        @content = @running = self.class.asked&.content || read
      end

      def start
        super
        if self.class.asked
          log.info 'configuration reloaded', path: @path, sha256: digest(self.class.asked.content)
          self.class.asked = nil
        end
        timer_execute(:look_at_configuration, @interval) { look }
      end

      # One look at the file.
      def look
        complain_if_not_reloaded
        # While fluentd reloads, the watcher that comes with it takes over: a second reload that this one asked for would be taken for the first.
        return if self.class.asked

        content = read
        return if content.nil? || content == @content || being_written?(content)

        @content = content
        return log.info('configuration is again what runs', path: @path, sha256: digest(content)) if content == @running

        output, status = Open3.capture2e(*@check_command, @path)
        status.success? ? reload(content) : refuse(reasons_in(output), content)
      end

      private

      def read
        File.binread(@path)
      rescue SystemCallError
        nil
      end

      # An editor that writes in place empties the file first. What changes within this time is looked at next time.
      def being_written?(content)
        return true if content.strip.empty?

        sleep WRITING_SECONDS
        read != content
      end

      def reload(content)
        log.info 'configuration changed: reloading', path: @path
        self.class.asked = Asked.new(content, Fluent::Clock.now)
        Process.kill(:USR2, Process.pid)
      end

      def complain_if_not_reloaded
        return unless self.class.asked && Fluent::Clock.now - self.class.asked.at > @patience

        refuse("fluentd did not take it within #{@patience.to_i}s and says why above", self.class.asked.content)
        self.class.asked = nil
      end

      def refuse(reasons, content)
        log.error "configuration refused: #{reasons}; the old one goes on", path: @path, sha256: digest(content)
      end

      def digest(content)
        Digest::SHA256.hexdigest(content)[0, 12]
      end

      # fluentd's own words, without time and level.
      def reasons_in(output)
        lines = output.lines.map(&:chomp).grep(/error/i)
        (lines.empty? ? output.lines.last(5).map(&:chomp) : lines).map { |line| line.sub(/\A\S+ \S+ \S+ \[\w+\]: /, '') }.join(' | ')
      end
    end
  end
end
