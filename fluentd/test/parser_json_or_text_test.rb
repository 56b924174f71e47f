# frozen_string_literal: true

require_relative 'helper'
require 'fluent/test/driver/parser'
require 'parser_json_or_text'

class JsonOrTextParserTest < Test::Unit::TestCase
  def setup
    Fluent::Test.setup
    @parser = Fluent::Test::Driver::Parser.new(Fluent::Plugin::JsonOrTextParser).configure('').instance
  end

  # Time as milliseconds since the epoch, and the record.
  def parsed(line)
    found = []
    @parser.parse(line) { |time, record| found << [(time.to_r * 1000).to_f, record] }
    assert_equal 1, found.size, "expected one record from #{line.inspect}"
    found.first
  end

  def millis(text)
    (Time.iso8601(text).to_r * 1000).to_f
  end

  data(
    'milliseconds' => '2026-11-24T02:00:00.123Z', 'another second' => '2026-11-24T02:00:01.001Z', 'no fraction' => '2026-11-24T02:00:00Z',
    'an offset' => '2026-11-24T11:00:00.5+09:00', 'nanoseconds' => '2026-11-24T02:00:00.123000000Z', 'one digit' => '2026-11-24T02:00:00.7Z'
  )
  test 'a JSON line has its own time, and keeps the field' do |time|
    2.times do
      at, record = parsed(%({"time":"#{time}","message":"m"}))
      assert_equal millis(time), at
      assert_equal({ 'time' => time, 'message' => 'm' }, record)
    end
  end

  test 'lines of several seconds, to and fro' do
    %w[2026-11-24T02:00:00.123Z 2026-11-24T02:00:00.124Z 2026-11-24T02:00:01.000Z 2026-11-24T02:00:00.125Z].each do |time|
      assert_equal millis(time), parsed(%({"time":"#{time}"})).first
    end
  end

  data('seconds' => '1795485600.25', 'milliseconds' => '1795485600250')
  test 'a number is an epoch in' do |number|
    assert_equal 1_795_485_600_250.0, parsed(%({"time":#{number}})).first
  end

  data('not a time' => '"soon"', 'no such day' => '"2026-13-45T02:00:00.123Z"', 'null' => 'null', 'an object' => '{}', 'a huge number' => '1e300')
  test 'a time that is none is the time of reading, and the record stays whole' do |value|
    before = Time.now.to_f * 1000
    at, record = parsed(%({"time":#{value},"id":"a"}))
    assert_operator at, :>=, before - 1
    assert_equal 'a', record['id']
  end

  data(
    'text' => '2026-11-24 INFO hello', 'broken JSON' => '{"time":"2026', 'an array' => '[1,2]', 'a number' => '42', 'a trace' => "\tat A.b(C.java:1)",
    'Korean' => '한글 로그', 'nothing' => ''
  )
  test 'a line that is no JSON object stays whole as message' do |line|
    before = Time.now.to_f * 1000
    at, record = parsed(line.dup.force_encoding(Encoding::ASCII_8BIT))
    assert_equal({ 'message' => line }, record)
    assert_equal Encoding::UTF_8, record['message'].encoding
    assert_operator at, :>=, before - 1
  end

  test 'bytes that are no UTF-8 are replaced, so that the record can be sent' do
    _, text = parsed("a\xFFb".b)
    assert_equal 'a�b', text['message']
    _, json = parsed("{\"message\":\"a\xFFb\"}".b)
    assert_equal 'a�b', json['message']
  end

  test 'JSON is read with the options that fluentd reads it with: a key that stands twice' do
    line = '{"a":1,"a":2}'
    expected = begin
      JSON.parse(line, **Fluent::Plugin::JsonOrTextParser::JSON_OPTIONS)
    rescue JSON::ParserError
      { 'message' => line }
    end
    assert_equal expected, parsed(line)[1]
  end
end
