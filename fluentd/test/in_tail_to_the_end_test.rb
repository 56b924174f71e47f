# frozen_string_literal: true

require_relative 'helper'
require 'tmpdir'
require 'fluent/test/driver/input'
require 'in_tail_to_the_end'

class TailToTheEndInputTest < Test::Unit::TestCase
  def setup
    Fluent::Test.setup
    @folder = Dir.mktmpdir
    @log = File.join(@folder, 'app.log')
  end

  def teardown
    FileUtils.rm_rf(@folder)
  end

  # What one life of fluentd reads, up to its stop; the block runs once it looks, and is given its driver.
  def read(wanted, type: Fluent::Plugin::TailToTheEndInput, parser: 'none', &block)
    conf = "tag tag\npath #{@log}*\npos_file #{@folder}/pos\nread_from_head true\nfollow_inodes true\nrefresh_interval 1\nrotate_wait 1\n" \
           "last_line_after 0.3\n<parse>\n@type #{parser}\n</parse>"
    driver = Fluent::Test::Driver::Input.new(type).configure(conf)
    driver.run(expect_emits: wanted.zero? ? 0 : 1, timeout: 30) { block&.call(driver) }
    driver.events.map { |_tag, _time, record| record['message'] }
  end

  test 'a last line without newline is read when fluentd stops, and not again by the next one' do
    File.write(@log, "one\ntwo")
    assert_equal %w[one two], read(1)
    File.write(@log, "\nthree\n", mode: 'a')
    assert_equal ['', 'three'], read(1)
  end

  test 'a line that is still written to is left to the next fluentd' do
    File.write(@log, "one\ntw")
    writer = Thread.new do
      30.times do
        sleep 0.1
        File.write(@log, 'o', mode: 'a')
      end
    end
    assert_equal %w[one], read(1)
    writer.join
    File.write(@log, "!\n", mode: 'a')
    assert_equal ["tw#{'o' * 30}!"], read(1)
  end

  test 'the last line of a rotated file is read once it is let go' do
    File.write(@log, "one\ntwo")
    lines = read(1) do
      File.rename(@log, "#{@log}.1")
      File.write(@log, "three\n")
      sleep 3
    end
    assert_equal %w[one two three].sort, lines.sort
  end

  # Takes its time, so that fluentd is reading when it is stopped.
  class SlowParser < Fluent::Plugin::Parser
    Fluent::Plugin.register_parser('slow', self)

    def parse(text)
      sleep 0.001
      yield Fluent::EventTime.now, { 'message' => text }
    end
  end

  test 'what is written while fluentd stops is read by this fluentd or by the next, never by both' do
    written = 0
    going = true
    writer = Thread.new do
      File.open(@log, 'a') do |file|
        file.sync = true
        while going
          file.write("#{written += 1}\n")
          sleep 0.003
        end
      end
    end
    lives = Array.new(8) { read(1, parser: 'slow') { sleep 0.3 } }
    going = false
    writer.join
    left = written - lives.flatten.size
    lives << read(0, parser: 'slow') do |last|
      deadline = Fluent::Clock.now + 20
      sleep 0.1 until last.events.size >= left || Fluent::Clock.now > deadline
      # So that a line that comes twice has the time to.
      sleep 0.5
    end
    assert_equal [], lives.flatten.tally.select { |_, times| times > 1 }.keys
    assert_equal (1..written).map(&:to_s), lives.flatten
  end

  test 'the tail input as it comes forgets it, which is why this one exists' do
    File.write(@log, "one\ntwo")
    assert_equal %w[one], read(1, type: Fluent::Plugin::TailInput)
  end

  test 'two that look at a new file at the same time take one first look' do
    looks = Queue.new
    handler = Fluent::Plugin::TailInput::TailWatcher::RotateHandler.new(Fluent::Test::TestLogger.new) do |stat|
      looks << stat.size
      sleep 0.2
    end
    stat = Struct.new(:ino, :size)
    # The one that waits has seen the file when it was shorter: no truncation.
    [stat.new(7, 20), stat.new(7, 10)].map.with_index { |seen, i| Thread.new { sleep i * 0.05; handler.on_notify(seen) } }.each(&:join)
    assert_equal [20], Array.new(looks.size) { looks.pop }
    handler.on_notify(stat.new(7, 30))
    assert_equal 0, looks.size
    handler.on_notify(stat.new(7, 5))
    assert_equal 1, looks.size
  end
end
