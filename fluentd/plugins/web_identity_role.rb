# frozen_string_literal: true

require 'aws-sdk-core'

module Fluent
  module Plugin
    # The keys of the role that a pod's service account has (IRSA): STS gives them for the token in a file, for an hour, and for the file's next token
    # before that hour ends. STS may be away: nobody asks it before a bulk needs the keys, keys that are still good are used on, and a bulk for which
    # there are none fails, to be tried again.
    class WebIdentityRole < Aws::AssumeRoleWebIdentityCredentials
      class NoKeys < StandardError; end

      # From 10 minutes before their end keys are renewed beside the bulks (Aws::RefreshingCredentials); from here on bulks wait for it.
      SYNC_EXPIRATION_LENGTH = 30
      # Seconds, and no second try within a call: the output has its own. A bulk that waited long for an STS that hangs would outlast the pod's grace.
      PATIENCE = { http_open_timeout: 5, http_read_timeout: 5, retry_limit: 0 }.freeze

      def initialize(log:, role_arn:, **options)
        @log = log
        @role_arn = role_arn
        @starting = true
        super({ role_arn: role_arn, **options, **PATIENCE })
        @starting = false
      end

      private

      def refresh
        super unless @starting
      rescue StandardError => e
        why = "STS gives no keys for the role #{@role_arn}: #{e.message} (#{e.class})"
        raise NoKeys, why unless @expiration && Time.now < @expiration

        @log.warn "#{why}; those of before are used on until #{@expiration.utc.strftime('%FT%TZ')}"
      end
    end
  end
end
