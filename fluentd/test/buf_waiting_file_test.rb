# frozen_string_literal: true

require_relative 'helper'
require 'tmpdir'
require 'fluent/plugin/output'
require 'fluent/test/driver/output'
require 'buf_waiting_file'

class WaitingFileBufferTest < Test::Unit::TestCase
  class Collector < Fluent::Plugin::Output
    Fluent::Plugin.register_output('collector', self)
    attr_reader :seen

    def write(chunk)
      chunk.each { |_time, record| (@seen ||= []) << record['n'] }
    end
  end

  # Runs a block with a buffer whose disk refuses the first `times` writes with `error`; returns what came through, and the log.
  def fed(times, error, type: 'waiting_file', at: :generate_chunk)
    Fluent::Test.setup
    Dir.mktmpdir do |folder|
      conf = "<buffer>\n@type #{type}\npath #{folder}/buffer\noverflow_action block\nretry_full_disk_after 0.2\n</buffer>"
      driver = Fluent::Test::Driver::Output.new(Collector).configure(conf)
      refusing = Module.new do
        define_method(at) do |*args|
          raise error if (times -= 1) >= 0

          super(*args)
        end
      end
      driver.instance.buffer.singleton_class.prepend(refusing)
      driver.run(default_tag: 'tag', flush: true) { 3.times { |n| driver.feed({ 'n' => n }) } }
      [driver.instance.seen, driver.logs.join]
    end
  end

  data('no space' => Errno::ENOSPC, 'no quota' => Errno::EDQUOT, 'no room for a new chunk' => Fluent::Plugin::Buffer::BufferOverflowError)
  test 'a disk that is full is waited for, and said once' do |error|
    seen, logs = fed(2, error)
    assert_equal [0, 1, 2], seen
    assert_equal 1, logs.scan('the disk is full: reading waits').size, logs
    assert_equal 2, logs.scan('failed to write data into buffer by buffer overflow').size, logs
  end

  test 'another error stays what it is' do
    assert_raise(Errno::EACCES) { fed(1, Errno::EACCES) }
  end

  test 'the buffer as it comes passes the error on, which is why this one exists' do
    assert_raise(Errno::ENOSPC) { fed(1, Errno::ENOSPC, type: 'file') }
  end
end
