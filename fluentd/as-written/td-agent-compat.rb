# fluent-plugin-aws-elasticsearch-service 2.2.0 hands the options of config_param over as a hash in last place, which Ruby 2, td-agent 3's, took for
# keywords and Ruby 3 does not. Loaded before the plugin (`fluentd -r`).
require 'fluent/configurable'

module TdAgentCompat
  def config_param(name, type = nil, options = nil, **keywords, &block)
    type, options = nil, type if type.is_a?(Hash)
    super(name, type, **(options || {}), **keywords, &block)
  end
end

Fluent::Configurable::ClassMethods.prepend(TdAgentCompat)
