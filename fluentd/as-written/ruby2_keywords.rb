# Ruby 2 took a trailing hash as keyword arguments; the plugins of 2020 pass config_param's options so. td-agent 3 had Ruby 2.4.
module PositionalOptions
  def config_param(name, type = nil, options = nil, **keywords, &block)
    if type.is_a?(Hash)
      keywords = type.merge(keywords)
      type = nil
    end
    keywords = options.merge(keywords) if options
    super(name, type, **keywords, &block)
  end
end

require 'fluent/configurable'
Fluent::Configurable::ClassMethods.prepend(PositionalOptions)
