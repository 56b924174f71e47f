# frozen_string_literal: true

require_relative 'helper'
require 'fluent/test/driver/input'
require 'in_reload_on_change'

class ReloadOnChangeInputTest < Test::Unit::TestCase
  GOOD = "<match **>\n  @type null\n</match>\n"
  BROKEN = "<match **>\n  @type nosuchoutput\n</match>\n"

  def setup
    Fluent::Test.setup
    Fluent::Plugin::ReloadOnChangeInput.asked = nil
    @folder = Dir.mktmpdir
    @path = File.join(@folder, 'td-agent.conf')
    mount(GOOD)
    @reloads = 0
    @before = trap(:USR2) { @reloads += 1 }
  end

  def teardown
    trap(:USR2, @before)
    FileUtils.rm_rf(@folder)
  end

  # Puts content in place as the kubelet does: a new folder, and `..data` swapped to it.
  def mount(content)
    @version = @version.to_i + 1
    folder = File.join(@folder, "..v#{@version}")
    Dir.mkdir(folder)
    File.write(File.join(folder, 'td-agent.conf'), content)
    File.symlink(folder, File.join(@folder, '..tmp'))
    File.rename(File.join(@folder, '..tmp'), File.join(@folder, '..data'))
    File.symlink('..data/td-agent.conf', @path) unless File.symlink?(@path)
  end

  def driver(conf = '')
    Fluent::Test::Driver::Input.new(Fluent::Plugin::ReloadOnChangeInput).configure("path #{@path}\ninterval 1h\n#{conf}")
  end

  # The log of `looks` looks, after `change`.
  def logs_of(driver, looks: 1, &change)
    driver.run(shutdown: true, timeout: 20) do
      change&.call
      looks.times { driver.instance.look }
    end
    driver.logs.join
  end

  test 'an unchanged file, also in a new mount, is left alone' do
    assert_equal '', logs_of(driver, looks: 2) { mount(GOOD) }
    assert_equal 0, @reloads
  end

  test 'a changed file that is good is reloaded, once' do
    logs = logs_of(driver, looks: 2) { mount("#{GOOD}# changed\n") }
    assert_match(/\[info\]: configuration changed: reloading/, logs)
    assert_equal 1, logs.scan('reloading').size
    assert_equal 1, @reloads
  end

  test "a broken file is refused with fluentd's words, once; the next good one is taken" do
    watcher = driver
    logs = logs_of(watcher) do
      mount(BROKEN)
      2.times { watcher.instance.look }
      assert_equal 0, @reloads
      mount("#{GOOD}# repaired\n")
    end
    assert_match(/\[error\]: configuration refused: .*Unknown output plugin 'nosuchoutput'/, logs)
    assert_equal 1, logs.scan('refused').size
    assert_equal 1, @reloads
  end

  test 'a broken file that is put back to what runs needs no reload' do
    watcher = driver
    logs = logs_of(watcher) do
      mount(BROKEN)
      watcher.instance.look
      mount(GOOD)
    end
    assert_match(/refused.*\[info\]: configuration is again what runs/m, logs)
    assert_equal 0, @reloads
  end

  test 'a variable without a value is a reason to refuse' do
    assert_match(/configuration refused: .*unset or empty: NO_SUCH_VARIABLE/, logs_of(driver) { mount("#{GOOD}\n<system>\n  process_name \"\#{ENV['NO_SUCH_VARIABLE']}\"\n</system>\n") })
    assert_equal 0, @reloads
  end

  test 'a file that is gone for a moment is no change' do
    assert_equal '', logs_of(driver) { File.unlink(@path) }
  end

  test 'a file that is being written is looked at once it is whole' do
    watcher = driver
    logs = logs_of(watcher) do
      mount('')
      watcher.instance.look
      mount('<match **>')
      mounting = method(:mount)
      # While it waits whether more is written.
      watcher.instance.define_singleton_method(:sleep) { |_| mounting.call("#{GOOD}# changed\n") }
      watcher.instance.look
      assert_equal 0, @reloads
    end
    assert_no_match(/refused/, logs)
    assert_equal 1, @reloads
  end

  test 'the watcher after the reload says so, and takes up where the other left' do
    logs_of(driver) { mount("#{GOOD}# changed\n") }
    assert_match(/configuration reloaded/, logs_of(driver))
    assert_equal 1, @reloads
    assert_equal '', logs_of(driver)
  end

  test 'the log tells which content was refused, and which reloaded' do
    digest = ->(content) { "sha256=\"#{Digest::SHA256.hexdigest(content)[0, 12]}\"" }
    assert_match(/refused: .*#{digest[BROKEN]}/, logs_of(driver) { mount(BROKEN) })
    logs_of(driver) { mount("#{GOOD}# changed\n") }
    assert_match(/configuration reloaded .*#{digest["#{GOOD}# changed\n"]}/, logs_of(driver))
  end

  test 'no second reload is asked for while fluentd reloads' do
    watcher = driver
    logs_of(watcher) do
      mount("#{GOOD}# changed\n")
      watcher.instance.look
      mount("#{GOOD}# changed again\n")
    end
    assert_equal 1, @reloads
  end

  test 'a change while fluentd reloads is seen after it' do
    logs_of(driver) { mount("#{GOOD}# changed\n") }
    mount("#{GOOD}# changed again\n")
    assert_match(/configuration reloaded.*configuration changed: reloading/m, logs_of(driver))
    assert_equal 2, @reloads
  end

  test 'a reload that does not happen is told' do
    logs = logs_of(driver('patience 0s'), looks: 3) { mount("#{GOOD}# changed\n") }
    assert_match(/configuration refused: fluentd did not take it/, logs)
    assert_equal 1, logs.scan('refused').size
  end
end
