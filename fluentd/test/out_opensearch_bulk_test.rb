# frozen_string_literal: true

require_relative 'helper'
require 'json'
require 'fluent/test/driver/output'
require 'out_opensearch_bulk'

class OpenSearchBulkOutputTest < Test::Unit::TestCase
  SETTINGS = {
    'logstash_format' => true, 'include_tag_key' => true, 'tag_key' => '@log_name', 'time_precision' => 3, 'id_key' => '@document_id',
    'remove_keys' => '@document_id', 'write_operation' => 'create', 'verify_os_version_at_startup' => false, 'default_opensearch_version' => 2,
    'suppress_type_name' => true, 'bulk_message_request_threshold' => '5m'
  }.freeze
  NOON = Time.utc(2026, 11, 25, 12).to_i
  MIDNIGHT = Time.utc(2026, 11, 26).to_i

  def event(sec, nsec, record)
    [Fluent::EventTime.new(sec, nsec), record]
  end

  def line(number, **more)
    { '@document_id' => "r/s/#{number}", 'message' => "m #{number} 한글 \"\\", 'nested' => { 'a' => [1, nil, 2.5] } }.merge(more.transform_keys(&:to_s))
  end

  # What a type of output sends of a chunk: body, tag, count, index of each bulk; and what it gives to @ERROR. `refuse`: what each bulk ends with.
  def sent_by(type, events, settings = {}, refuse: nil)
    Fluent::Test.setup
    conf = SETTINGS.merge(settings).map { |name, value| "#{name} #{value}\n" }.join
    driver = Fluent::Test::Driver::Output.new(type).configure(conf)
    sent = []
    driver.instance.define_singleton_method(:send_bulk) do |data, tag, _chunk, count, _names, info|
      raise refuse if refuse

      sent << [data.dup, tag, count, info.to_a]
    end
    raised = trouble_in { driver.instance.write(chunk_of(events)) }
    [sent, driver.error_events.map { |tag, time, record, error| [tag, time, record, error.class] }, raised]
  end

  def trouble_in
    yield
    nil
  rescue Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure => e
    e.class
  end

  def chunk_of(events)
    chunk = Fluent::Plugin::Buffer::MemoryChunk.new(Fluent::Plugin::Buffer::Metadata.new(nil, 'docswave.applog', nil))
    chunk.extend(Fluent::ChunkMessagePackEventStreamer)
    chunk.append(events.map { |event| Fluent::MessagePackFactory.msgpack_packer.write(event).to_s })
    chunk
  end

  def assert_same(events, settings = {})
    expected, *trouble = sent_by(Fluent::Plugin::OpenSearchOutput, events, settings)
    assert_equal [expected, *trouble], sent_by(Fluent::Plugin::OpenSearchBulkOutput, events, settings)
    expected
  end

  test 'the very bodies of the opensearch output: fractions, seconds, days' do
    times = [[NOON, 0], [NOON, 1_000_000], [NOON, 999_999_999], [NOON + 1, 7_000_000], [MIDNIGHT - 1, 999_000_000], [MIDNIGHT, 0], [NOON, 5_000_000]]
    bodies = assert_same(times.each_with_index.map { |(sec, nsec), i| event(sec, nsec, line(i)) })
    assert_equal %w[logstash-2026.11.25 logstash-2026.11.26], bodies.map { |_, _, _, info| info[2] }
    assert_equal [6, 1], bodies.map { |_, _, count| count }
  end

  data('3 digits' => { 'time_precision' => 3 }, '9 digits' => { 'time_precision' => 9 }, 'no tag' => { 'include_tag_key' => false },
       'a name in capitals' => { 'logstash_prefix' => 'Logs' }, 'an index a month' => { 'logstash_dateformat' => '%Y.%m' },
       'an index a millisecond' => { 'logstash_dateformat' => '%L' }, 'no operation of its own' => { 'write_operation' => 'index' },
       'an index of its own' => { 'logstash_format' => false, 'index_name' => 'logs' }, 'a time field' => { 'time_key' => 'at' },
       'a nested id' => { 'id_key' => '$.nested.id' }, 'routing' => { 'routing_key' => 'message' }, 'a pipeline' => { 'pipeline' => 'p' })
  test 'the very bodies of the opensearch output, with' do |settings|
    events = [event(NOON, 120_000_000, line(1, at: '2026-11-25T01:00:00.5+09:00')), event(NOON + 1, 3_456_789, line(2, nested: { 'id' => 'n' }))]
    assert_false assert_same(events, settings).empty?
  end

  test 'records with a time of their own, or without an id' do
    odd = [line(1), line(2, '@timestamp': '2026-11-24T23:59:59.5Z'), line(3).tap { |one| one.delete('@document_id') }, line(4)]
    bodies = assert_same(odd.map { |record| event(NOON, 0, record) })
    assert_equal %w[logstash-2026.11.25 logstash-2026.11.24], bodies.map { |_, _, _, info| info[2] }
    assert_equal [2, 1], bodies.map { |_, _, count| count }
    assert_same(odd.map { |record| event(NOON, 0, record) }, 'emit_error_for_missing_id' => true)
  end

  # The opensearch output leaves its action line in the body, and the next record is taken for its document.
  test 'a record that is no JSON is given to @ERROR whole, and nothing of it stays in the body' do
    events = [line(1), line(2, bad: Float::NAN), line(3)].map { |record| event(NOON, 0, record) }
    sent, errors, = sent_by(Fluent::Plugin::OpenSearchBulkOutput, events)
    good, = sent_by(Fluent::Plugin::OpenSearchBulkOutput, events.values_at(0, 2))
    assert_equal good, sent
    assert_equal [JSON::GeneratorError], errors.map(&:last)
  end

  test 'a body that has grown over the threshold, in bytes, is sent' do
    events = Array.new(8) { |i| event(NOON, 0, line(i, message: '한' * 400)) }
    sent, = sent_by(Fluent::Plugin::OpenSearchBulkOutput, events, { 'bulk_message_request_threshold' => '3k' })
    assert_equal [3, 3, 2], sent.map { |_, _, count| count }
    assert_equal (0..7).map { |i| "r/s/#{i}" }, sent.flat_map { |body, *| body.lines.each_slice(2).map { |action, _| JSON.parse(action)['create']['_id'] } }
    unlimited, = sent_by(Fluent::Plugin::OpenSearchBulkOutput, events, { 'bulk_message_request_threshold' => '-1' })
    assert_equal [8], unlimited.map { |_, _, count| count }
  end

  # The opensearch output gives one record of it to @ERROR instead, and goes on.
  test 'a bulk in the middle of a chunk that fails fails the chunk, which is tried again' do
    refuse = Fluent::Plugin::OpenSearchOutput::RecoverableRequestFailure
    events = Array.new(8) { |i| event(NOON, 0, line(i, message: 'x' * 1000)) }
    sent, errors, raised = sent_by(Fluent::Plugin::OpenSearchBulkOutput, events, { 'bulk_message_request_threshold' => '3k' }, refuse: refuse)
    assert_equal [[], [], refuse], [sent, errors, raised]
  end
end
