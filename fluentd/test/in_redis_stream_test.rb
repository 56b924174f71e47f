# frozen_string_literal: true

require_relative 'helper'
require_relative 'redis'
require 'fluent/test/driver/input'
require 'in_redis_stream'

class RedisStreamInputTest < Test::Unit::TestCase
  TIME = Fluent::EventTime.new(1_700_000_000, 5)

  def setup
    Fluent::Test.setup
    @redis = TestRedis.new('--appendonly', 'yes', '--appendfsync', 'always')
  end

  def teardown
    @redis.close
  end

  def driver(conf = '', url: @redis.url)
    settings = "url #{url}\ntimeout 5\nconsumer a\nblock 0.2\nretry_wait 0.1\n#{conf}"
    Fluent::Test::Driver::Input.new(Fluent::Plugin::RedisStreamInput).configure(settings)
  end

  # Appends events as out_redis_stream does.
  def write(*numbers, tag: 'docswave.applog')
    numbers.each do |n|
      @redis.client.call('XADD', 'fluentd', '*', 'tag', tag, 'time', '1700000000.000000005', 'record', MessagePack.pack({ 'n' => n }))
    end
  end

  # Reads until `count` events were emitted; `first` is done while the reader runs.
  def read(count, reader: driver, &first)
    reader.run(expect_emits: nil, timeout: 30) do
      first&.call
      wait_until { reader.events.size >= count && @redis.entries.empty? }
    end
    reader
  end

  def wait_until(within: 20)
    deadline = Fluent::Clock.now + within
    until yield
      flunk "not within #{within} s; entries: #{@redis.entries.size}" if Fluent::Clock.now > deadline
      sleep 0.02
    end
  end

  def numbers(reader)
    reader.events.map { |_, _, record| record['n'] }
  end

  # As a reader that died with entries in its hands.
  def take_and_die(consumer, count)
    @redis.client.call('XGROUP', 'CREATE', 'fluentd', 'fluentd', '0', 'MKSTREAM')
    @redis.client.call('XREADGROUP', 'GROUP', 'fluentd', consumer, 'COUNT', count, 'STREAMS', 'fluentd', '>')
  end

  # As if a reader had not touched what it has for so long, ms.
  def grow_idle(consumer, milliseconds)
    ids = @redis.client.call('XPENDING', 'fluentd', 'fluentd', '-', '+', 10, consumer).map(&:first)
    @redis.client.call('XCLAIM', 'fluentd', 'fluentd', consumer, 0, *ids, 'IDLE', milliseconds, 'JUSTID')
  end

  # Makes the emission of events fail as long as the block says so; returns how often it did.
  def failing_emits(reader, error)
    failures = 0
    reader.instance.router.define_singleton_method(:match) do |tag|
      if yield
        failures += 1
        raise error
      end
      super(tag)
    end
    -> { failures }
  end

  test 'events come out as they went in, what was written before the group was there too' do
    write(1, 2)
    write(3, tag: 'other')
    reader = read(4) { write(4) }
    assert_equal [1, 2, 4, 3], numbers(reader).sort_by { |n| n == 3 ? 9 : n }
    assert_equal ['docswave.applog', TIME, { 'n' => 1 }], reader.events.first
    assert_equal ['other', TIME, { 'n' => 3 }], reader.events.find { |tag,| tag == 'other' }
    assert_equal TIME.nsec, reader.events.first[1].nsec
  end

  test 'what is read is acknowledged and deleted, and the reader leaves the group' do
    write(*0...50)
    assert_equal (0...50).to_a, numbers(read(50, reader: driver('batch_size 7')))
    assert_equal 0, @redis.pending
    assert_equal [], @redis.entries
    assert_equal [], @redis.client.call('XINFO', 'CONSUMERS', 'fluentd', 'fluentd')
  end

  test 'nothing is acknowledged while the buffer is full, and nothing goes to @ERROR; then all comes, once' do
    full = true
    reader = driver
    failures = failing_emits(reader, Fluent::Plugin::Buffer::BufferOverflowError.new('full')) { full }
    write(1, 2, 3)
    read(3, reader: reader) do
      wait_until { failures.call >= 2 }
      assert_equal 3, @redis.pending
      full = false
    end
    assert_equal [1, 2, 3], numbers(reader)
    assert_equal [], reader.error_events
  end

  test 'a reader that is stopped while the buffer is full leaves the entries to the next one of its name' do
    stopped = driver
    failures = failing_emits(stopped, Fluent::Plugin::Buffer::BufferOverflowError.new('full')) { true }
    write(1, 2, 3)
    stopped.run(expect_emits: nil, timeout: 30) { wait_until { failures.call.positive? } }
    assert_equal 3, @redis.pending
    assert_equal [1, 2, 3], numbers(read(3))
  end

  test 'events that fail for another reason go one by one' do
    once = true
    reader = driver
    failing_emits(reader, ArgumentError.new('odd')) { once.tap { once = false } }
    write(1, 2)
    assert_equal [1, 2], numbers(read(2, reader: reader))
  end

  test 'entries that it was given before it died come again to a reader of its name' do
    write(1, 2, 3)
    take_and_die('a', 2)
    assert_equal [1, 2, 3], numbers(read(3))
  end

  test 'entries of a reader that is dead are taken over once they are idle, not before' do
    write(1, 2, 3)
    take_and_die('dead', 2)
    reader = driver("claim_idle 1h\nclaim_interval 0.1")
    read(3, reader: reader) do
      wait_until { reader.events.size == 1 }
      assert_equal [3], numbers(reader)
      grow_idle('dead', 2 * 3_600_000)
    end
    assert_equal [1, 2, 3], numbers(reader).sort
    assert_match(/took over 2 entries/, reader.logs.join)
  end

  test 'entries whose delivery was lost on the way are read again' do
    write(1, 2, 3)
    assert_equal [1, 2, 3], numbers(read(3, reader: driver(url: @redis.losing_answers_to('XREADGROUP'))))
  end

  test 'events whose acknowledgement was lost on the way are not emitted again' do
    write(1, 2, 3)
    assert_equal [1, 2, 3], numbers(read(3, reader: driver(url: @redis.breaking_before('XACK', times: 2))))
  end

  test 'a Redis that is killed and comes back with its append-only file is read on' do
    reader = driver
    read(3, reader: reader) do
      write(1)
      wait_until { reader.events.size == 1 }
      @redis.kill
      @redis.start
      write(2, 3)
    end
    assert_equal [1, 2, 3], numbers(reader)
  end

  test 'a Redis that has forgotten stream and group gets them anew' do
    reader = driver
    read(2, reader: reader) do
      write(1)
      wait_until { reader.events.size == 1 }
      @redis.client.call('FLUSHALL')
      write(2)
    end
    assert_equal [1, 2], numbers(reader)
  end

  test 'two readers share the stream: every event once' do
    other = driver('consumer b')
    mine = driver
    other.run(expect_emits: nil, timeout: 30) do
      mine.run(expect_emits: nil, timeout: 30) do
        write(*0...200)
        wait_until { mine.events.size + other.events.size == 200 && @redis.entries.empty? }
      end
    end
    assert_equal (0...200).to_a, (numbers(mine) + numbers(other)).sort
  end

  test 'an entry that is none of ours goes to @ERROR, and the rest goes on' do
    @redis.client.call('XADD', 'fluentd', '*', 'hello', 'world')
    @redis.client.call('XADD', 'fluentd', '*', 'tag', 't', 'time', 'soon', 'record', MessagePack.pack({}))
    @redis.client.call('XADD', 'fluentd', '*', 'tag', 't', 'time', '1.0', 'record', "\xC1".b)
    write(1)
    reader = read(1)
    assert_equal [1], numbers(reader)
    assert_equal [{ 'hello' => 'world' }, 'soon', "\xC1".b], [reader.error_events[0][2], reader.error_events[1][2]['time'], reader.error_events[2][2]['record'].b]
  end
end
