# frozen_string_literal: true

require_relative 'helper'
require 'fluent/test/driver/filter'
require 'filter_document_id'

class DocumentIdFilterTest < Test::Unit::TestCase
  UUID = /\A\h{8}-\h{4}-\h{4}-\h{4}-\h{12}\z/

  def setup
    Fluent::Test.setup
  end

  def ids(*records, conf: '')
    driver = Fluent::Test::Driver::Filter.new(Fluent::Plugin::DocumentIdFilter).configure(conf)
    driver.run(default_tag: 'docswave.applog') { records.each { |record| driver.feed(event_time, record) } }
    driver.filtered_records.map { |record| record['@document_id'] }
  end

  test "the application's own id" do
    assert_equal ['r/s/1', '77', 'x' * 512], ids({ 'id' => 'r/s/1' }, { 'id' => 77 }, { 'id' => 'x' * 512 })
  end

  test 'a line without a usable id gets one of its own, and every line is let through' do
    given = ids({ 'message' => 'm' }, { 'id' => '' }, { 'id' => nil }, { 'id' => { 'a' => 1 } }, { 'id' => 'x' * 513 }, { 'id' => '한' * 171 })
    given.each { |id| assert_match UUID, id }
    assert_equal 6, given.uniq.size
  end

  test 'a record that is sent again keeps its id' do
    assert_equal ['first'], ids({ 'message' => 'm', '@document_id' => 'first' })
  end

  test 'another field' do
    assert_equal ['e1'], ids({ 'id' => 'no', 'event' => 'e1' }, conf: 'from event')
  end
end
