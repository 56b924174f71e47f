# frozen_string_literal: true

require_relative 'helper'
require 'fluent/test/driver/parser'
require 'parser_json_or_multiline_text'

class JsonOrMultilineTextParserTest < Test::Unit::TestCase
  FIRST_LINE = '/^(?<time>\S+T\S+) (?<level>[A-Z]+) /'

  def setup
    Fluent::Test.setup
    @parser = Fluent::Test::Driver::Parser.new(Fluent::Plugin::JsonOrMultilineTextParser).configure("format_firstline #{FIRST_LINE}").instance
  end

  def parsed(text)
    found = []
    @parser.parse(text) { |time, record| found << [time.to_r, record] }
    assert_equal 1, found.size, "expected one record from #{text.inspect}"
    found.first
  end

  test 'a record begins where the expression matches, or with a JSON object' do
    assert_true @parser.has_firstline?
    assert_true @parser.firstline?("2026-11-24T02:00:00.123Z ERROR 주문 실패\n".b)
    assert_true @parser.firstline?(%({"time":"x"}\n))
    assert_false @parser.firstline?("\tat com.docswave.app.Service(Service.java:1)\n")
    assert_false @parser.firstline?("Caused by: java.io.IOException\n")
  end

  test 'a trace is one record: the whole text, its own time, what the expression names' do
    trace = "2026-11-24T02:00:00.123Z ERROR 주문 실패\n\tat com.docswave.app.Service(Service.java:1)\nCaused by: java.io.IOException"
    time, record = parsed(trace.b)
    assert_equal Time.iso8601('2026-11-24T02:00:00.123Z').to_r, time
    assert_equal({ 'message' => trace, 'level' => 'ERROR' }, record)
  end

  test 'JSON lines are what they are, and other text is a record with the time of reading' do
    assert_equal [Time.iso8601('2026-11-24T02:00:00Z').to_r, { 'time' => '2026-11-24T02:00:00Z', 'message' => "a\n\tat b" }],
                 parsed('{"time":"2026-11-24T02:00:00Z","message":"a\n\tat b"}')
    before = Time.now.to_r
    time, record = parsed("\tat com.docswave.app.Service(Service.java:1)")
    assert_equal({ 'message' => "\tat com.docswave.app.Service(Service.java:1)" }, record)
    assert_operator time, :>=, before
  end
end
