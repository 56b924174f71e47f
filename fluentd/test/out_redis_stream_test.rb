# frozen_string_literal: true

require_relative 'helper'
require_relative 'redis'
require 'fluent/test/driver/output'
require 'out_redis_stream'

class RedisStreamOutputTest < Test::Unit::TestCase
  TIME = Fluent::EventTime.new(1_700_000_000, 5)

  def setup
    Fluent::Test.setup
  end

  def teardown
    @redis&.close
  end

  def redis(*settings)
    @redis ||= TestRedis.new(*settings)
  end

  # fluentd's output with a buffer in memory that tries again every 0.1 s, for ever.
  def driver(conf = '', url: redis.url)
    buffer = "<buffer tag>\n  flush_mode immediate\n  flush_thread_interval 0.01\n  retry_wait 0.1\n  retry_max_interval 0.1\n  retry_forever true\n</buffer>"
    driver = Fluent::Test::Driver::Output.new(Fluent::Plugin::RedisStreamOutput).configure("url #{url}\ntimeout 5\n#{conf}\n#{buffer}")
    # Errors are the buffer's to try again, as in production.
    driver.instance.under_plugin_development = false
    driver
  end

  # Feeds `records` as one event stream and waits until Redis has taken them.
  def send_all(records, driver: self.driver, &meanwhile)
    driver.run(default_tag: 'docswave.applog', timeout: 30) do
      driver.feed(Fluent::MultiEventStream.new(records.map { TIME }, records))
      meanwhile&.call
      wait_until { driver.instance.buffer.queue.empty? && driver.instance.buffer.stage.empty? && driver.instance.buffer.dequeued.empty? }
    end
    driver
  end

  def wait_until(within: 20)
    deadline = Fluent::Clock.now + within
    until yield
      flunk "not within #{within} s" if Fluent::Clock.now > deadline
      sleep 0.02
    end
  end

  def numbers
    redis.entries.map { |_, fields| MessagePack.unpack(fields.each_slice(2).to_h['record'])['n'] }
  end

  def numbered(count, text = '')
    Array.new(count) { |n| { 'n' => n, 'message' => text } }
  end

  test 'an entry is an event: tag, time to the nanosecond, and the record with its types' do
    record = { 'message' => '한글', 'n' => 2**60, 'f' => 1.5, 'nil' => nil, 'list' => [true, { 'at' => TIME }], 'bytes' => "\xFF".b }
    send_all([record])
    (_, fields), = redis.entries
    fields = fields.each_slice(2).to_h
    assert_equal %w[tag time record], fields.keys
    assert_equal ['docswave.applog', '1700000000.000000005'], fields.values_at('tag', 'time')
    assert_equal record, Fluent::MessagePackFactory.msgpack_unpacker.feed(fields['record']).read
  end

  test 'events stay in order over several transactions' do
    send_all(numbered(25), driver: driver('batch_size 10'))
    assert_equal (0...25).to_a, numbers
  end

  test 'nothing is trimmed unless asked for' do
    send_all(numbered(5000))
    assert_equal 5000, redis.entries.size
  end

  test 'maxlen keeps about so many, the newest' do
    send_all(numbered(5000), driver: driver('maxlen 1000'))
    assert_include 1000..1200, redis.entries.size
    assert_equal 4999, numbers.last
  end

  test 'a transaction whose answer was lost is sent again, those before it are not' do
    url = redis.losing_answers_to('n' + MessagePack.pack(15))
    sent = send_all(numbered(30), driver: driver('batch_size 10', url: url))
    assert_equal (0...10).to_a + (10...20).to_a * 2 + (20...30).to_a, numbers
    assert_match(/failed to flush the buffer.*ConnectionError/, sent.logs.join)
  end

  test 'a full Redis is tried again, not filled with the same events, and gets all once it has room' do
    used = redis('--maxmemory-policy', 'noeviction').client.call('INFO', 'memory')[/^used_memory:(\d+)/, 1].to_i
    redis.client.call('CONFIG', 'SET', 'maxmemory', used + 800_000)
    lengths = []
    sent = driver('batch_size 100')
    send_all(numbered(2000, 'x' * 500), driver: sent) do
      3.times do |n|
        wait_until { sent.logs.join.scan('OOM command not allowed').size > n }
        lengths << redis.client.call('XLEN', 'fluentd')
      end
      redis.client.call('CONFIG', 'SET', 'maxmemory', '0')
    end
    assert_equal 1, lengths.uniq.size, "expected no growth over three retries, got #{lengths}"
    assert_equal (0...2000).to_a, numbers
  end

  test 'a Redis that is killed and comes back with its append-only file has everything once' do
    redis('--appendonly', 'yes', '--appendfsync', 'always')
    sent = driver
    send_all(numbered(100), driver: sent) do
      wait_until { redis.client.call('XLEN', 'fluentd') == 100 }
      redis.kill
      sent.feed('docswave.applog', TIME, { 'n' => 100 })
      wait_until { sent.logs.join.include?('failed to flush the buffer') }
      redis.start
    end
    assert_equal (0..100).to_a, numbers
  end

  data('batch_size' => 'batch_size 0', 'maxlen' => 'maxlen 0')
  test 'a nought is refused:' do |conf|
    assert_raise_message(/#{conf.split.first}: expected at least 1, got 0/) { driver(conf, url: 'redis://nowhere') }
  end
end
