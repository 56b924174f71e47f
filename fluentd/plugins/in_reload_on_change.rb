require 'digest'
require 'fluent/plugin/input'
require 'open3'

module Fluent
  module Plugin
    # Takes a changed configuration file up in place: checks it with fluentd's own dry run, then reloads gracefully (SIGUSR2). A file that fluentd
    # refuses is reported with fluentd's own words, and the configuration in force stays. Kubernetes swaps a ConfigMap's files behind a symlink, so the
    # file is known by its content.
    class ReloadOnChangeInput < Input
      Fluent::Plugin.register_input('reload_on_change', self)

      helpers :timer

      desc 'The configuration file to watch.'
      config_param :path, :string
      desc 'Time between two looks.'
      config_param :interval, :time, default: 2

      # Survives the reload, which makes a new instance of this class.
      @reloading = false
      class << self
        attr_accessor :reloading
      end

      def start
        super
        @known = digest
        log.info 'configuration reloaded', path: @path if self.class.reloading
        self.class.reloading = false
        timer_execute(:reload_on_change, @interval) { look }
      end

      def look
        now = digest
        return if now.nil? || now == @known

        @known = now
        refusal = refused
        if refusal
          log.error "configuration refused: #{refusal}", path: @path
        else
          log.info 'configuration changed: reloading', path: @path
          reload
        end
      end

      # What fluentd says of the file, or nil when it takes it.
      def refused
        output, status = Open3.capture2e($PROGRAM_NAME, '--dry-run', '--no-supervisor', '--plugin', __dir__, '--config', @path)
        return nil if status.success?

        output.lines.grep(/error/i).last(5).join.strip
      end

      def reload
        self.class.reloading = true
        Process.kill(:USR2, Process.pid)
      end

      def digest
        Digest::SHA256.file(@path).hexdigest
      rescue SystemCallError
        nil # between two files: the next look will see one
      end
    end
  end
end
