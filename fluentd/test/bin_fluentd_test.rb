# frozen_string_literal: true

require_relative 'helper'
require 'open3'

class BinFluentdTest < Test::Unit::TestCase
  ENDPOINT = <<~'CONF'
    # a remark on ENV['REMARKED']
    url "#{ENV['AWS_ES_ENDPOINT']}"
    access_key_id "#{ENV['AWS_ACCESS_KEY'] || use_default}"
    secret_access_key "#{ENV['AWS_ACCESS_SECRET'] || use_default}"
    assume_role_arn "#{ENV['AWS_ROLE_ARN'] || use_nil}"
    assume_role_web_identity_token_file "#{ENV['AWS_WEB_IDENTITY_TOKEN_FILE'] || use_nil}"
  CONF
  UNSET = ENDPOINT.scan(/ENV\['(\w+)'\]/).flatten.to_h { |name| [name, nil] }.freeze
  KEYS = { 'AWS_ACCESS_KEY' => 'k', 'AWS_ACCESS_SECRET' => 's' }.freeze
  ROLE = { 'AWS_ROLE_ARN' => 'arn', 'AWS_WEB_IDENTITY_TOKEN_FILE' => __FILE__ }.freeze
  DOMAIN = { 'AWS_ES_ENDPOINT' => 'https://domain' }.freeze

  # What the start says with these variables, and whether it goes on to fluentd.
  def start(variables, conf = ENDPOINT)
    Tempfile.create('conf') do |file|
      file.write(conf)
      file.close
      said, status = Open3.capture2e({ **UNSET, **variables }, 'fluentd', '-c', file.path, '--version')
      [said, status.success?]
    end
  end

  def assert_missing(names, variables, conf = ENDPOINT)
    said, started = start(variables, conf)
    assert_match(/these are unset or empty: #{names}; set them in/, said)
    assert_match(/AWS_ACCESS_KEY and AWS_ACCESS_SECRET: Secret .* or AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, as EKS/, said)
    assert_false started
  end

  data('keys' => KEYS, 'a role' => ROLE, 'keys, and half a role' => { **KEYS, 'AWS_ROLE_ARN' => 'arn' },
       'a role, and an empty key' => { **ROLE, 'AWS_ACCESS_KEY' => ' ', 'AWS_ACCESS_SECRET' => 's' })
  test 'starts with' do |variables|
    said, started = start({ **DOMAIN, **variables })
    assert_match(/\Afluentd \d/, said)
    assert_true started
  end

  test 'names the keys where neither way is there, and the rest of the way that is begun' do
    assert_missing('AWS_ACCESS_KEY, AWS_ACCESS_SECRET', DOMAIN)
    assert_missing('AWS_ACCESS_KEY, AWS_ACCESS_SECRET', { **DOMAIN, **KEYS.transform_values { '' } })
    assert_missing('AWS_ACCESS_SECRET', { **DOMAIN, 'AWS_ACCESS_KEY' => 'k' })
    assert_missing('AWS_WEB_IDENTITY_TOKEN_FILE', { **DOMAIN, 'AWS_ROLE_ARN' => 'arn', 'AWS_WEB_IDENTITY_TOKEN_FILE' => ' ' })
    assert_missing('AWS_ES_ENDPOINT', { **KEYS })
  end

  test 'names keys that a configuration reads with nothing beside them, and no credentials that it does not read' do
    plain = "access_key_id \"\#{ENV['AWS_ACCESS_KEY']}\"\nsecret_access_key \"\#{ENV['AWS_ACCESS_SECRET']}\"\n"
    assert_missing('AWS_ACCESS_KEY, AWS_ACCESS_SECRET', ROLE, plain)
    assert_equal true, start({}, "url redis://redis:6379\n").last
  end

  test 'says why the token cannot be read' do
    gone = { **DOMAIN, **ROLE, 'AWS_WEB_IDENTITY_TOKEN_FILE' => '/nowhere/token' }
    said, started = start(gone)
    assert_match(%r{is /nowhere/token, and it is not there; .* make the pod anew}, said)
    assert_false started
    Tempfile.create('token') do |token|
      token.chmod(0)
      said, = start({ **gone, 'AWS_WEB_IDENTITY_TOKEN_FILE' => token.path })
      assert_match(/and user \d+ cannot read it; .* fsGroup/, said)
    end
    assert_equal true, start({ **gone, **KEYS }).last
  end
end
