# frozen_string_literal: true

require_relative 'helper'
require_relative 'aws'
require 'fluent/test/driver/output'
require 'out_opensearch_bulk'

class WebIdentityRoleTest < Test::Unit::TestCase
  Refused = Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure
  HOUR = 3600
  # Within the ten minutes in which keys are renewed, and within the last half minute.
  SOON = 500
  NOW = 15

  # An output with the role, and its token's file; ends with what AWS and the output saw.
  def with_role(seconds, more = {})
    Fluent::Test.setup
    Tempfile.create('token') do |token|
      File.write(token.path, 'first')
      FakeAws.open(seconds) { |aws| yield output(aws, token, more), aws, token.path }
    end
  end

  def output(aws, token, more)
    settings = { 'url' => aws.domain, 'region' => 'ap-northeast-2', 'assume_role_arn' => 'arn:aws:iam::123456789012:role/sidecar',
                 'assume_role_web_identity_token_file' => token.path, **more }
    conf = settings.map { |name, value| "#{name} #{value}\n" }.join
    Fluent::Test::Driver::Output.new(Fluent::Plugin::OpenSearchBulkOutput).configure(<<~CONF)
      logstash_format true
      id_key @document_id
      write_operation create
      verify_os_version_at_startup false
      default_opensearch_version 2
      suppress_type_name true
      <endpoint>
      #{conf}
      </endpoint>
    CONF
  end

  def write(driver)
    chunk = Fluent::Plugin::Buffer::MemoryChunk.new(Fluent::Plugin::Buffer::Metadata.new(nil, 'docswave.applog', nil))
    chunk.extend(Fluent::ChunkMessagePackEventStreamer)
    chunk.append([Fluent::MessagePackFactory.msgpack_packer.write([Fluent::EventTime.now, { '@document_id' => '1' }]).to_s])
    driver.instance.write(chunk)
  end

  # What the output asks for credentials at the start, and again by its timer.
  def role_of(driver)
    driver.instance.aws_credentials(driver.instance.instance_variable_get(:@endpoint))
  end

  # Renewing goes on beside the bulks.
  def until_true
    deadline = Time.now + 10
    sleep 0.02 until yield || Time.now > deadline
    assert_true yield
  end

  test 'bulks are signed with the keys that STS gives for the token, and STS is asked once' do
    with_role(HOUR) do |driver, aws|
      assert_equal [], aws.tokens
      2.times { write(driver) }
      assert_equal [%w[ASIA1 session1]] * 2, aws.signers
      assert_equal %w[first], aws.tokens
    end
  end

  test 'keys are renewed before they end, for the token that the file holds then' do
    with_role(SOON) do |driver, aws, token|
      assert_equal 'ASIA1', role_of(driver).credentials.access_key_id
      File.write(token, 'second')
      aws.seconds = HOUR
      assert_equal 'ASIA1', role_of(driver).credentials.access_key_id
      until_true { aws.tokens == %w[first second] }
      until_true { role_of(driver).credentials.access_key_id == 'ASIA2' }
      write(driver)
      assert_equal [%w[ASIA2 session2]], aws.signers
    end
  end

  test 'a bulk waits for new keys where its own are about to end' do
    with_role(NOW) do |driver, aws|
      assert_equal 'ASIA1', role_of(driver).credentials.access_key_id
      aws.seconds = HOUR
      write(driver)
      assert_equal [%w[ASIA2 session2]], aws.signers
    end
  end

  test 'an output starts while STS is away: its bulks fail, to be tried again, until STS is back' do
    with_role(nil) do |driver, aws|
      refused = assert_raise(Refused) { write(driver) }
      assert_match(%r{STS gives no keys for the role arn:aws:iam::123456789012:role/sidecar: }, refused.message)
      assert_equal [], aws.bulks
      aws.seconds = HOUR
      write(driver)
      assert_equal [%w[ASIA1 session1]], aws.signers
    end
  end

  test 'keys that are still good are used on while STS is away, and others never' do
    with_role(5) do |driver, aws|
      role_of(driver).credentials
      ends = Time.now + 5
      aws.seconds = nil
      write(driver)
      assert_equal [%w[ASIA1 session1]], aws.signers
      assert_match(/STS gives no keys .* those of before are used on until \d{4}-/, driver.logs.join)
      sleep [ends - Time.now, 0].max
      assert_raise(Refused) { write(driver) }
      assert_equal 1, aws.bulks.size
    end
  end

  test 'a token that cannot be read is like an STS that is away' do
    with_role(HOUR) do |driver, aws, token|
      File.delete(token)
      assert_match(/STS gives no keys/, assert_raise(Refused) { write(driver) }.message)
      File.write(token, 'later')
      write(driver)
      assert_equal %w[later], aws.tokens
    end
  end

  test 'the timer by which the opensearch output makes its credentials anew keeps the keys' do
    with_role(HOUR) do |driver, aws|
      write(driver)
      aws.seconds = nil
      assert_same role_of(driver), role_of(driver)
      assert_equal 'ASIA1', role_of(driver).credentials.access_key_id
    end
  end

  test 'keys of a Secret go before the role, both of them or none' do
    with_role(HOUR, 'access_key_id' => 'AKIA', 'secret_access_key' => 's') do |driver, aws|
      write(driver)
      assert_equal [[['AKIA', nil]], []], [aws.signers, aws.tokens]
    end
    with_role(HOUR, 'access_key_id' => 'AKIA') do |driver, aws|
      write(driver)
      assert_equal [%w[ASIA1 session1]], aws.signers
    end
  end
end
