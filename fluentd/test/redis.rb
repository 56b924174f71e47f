# frozen_string_literal: true

require 'socket'
require 'redis-client'

# A Redis server of its own on a socket in a folder, and a way to it that can be cut.
class TestRedis
  attr_reader :client

  # `settings`: as on redis-server's command line.
  def initialize(*settings)
    @folder = Dir.mktmpdir
    @settings = settings
    start
  end

  def url
    "unix://#{@folder}/redis.sock"
  end

  def start
    settings = ['--port', '0', '--unixsocket', "#{@folder}/redis.sock", '--dir', @folder, '--save', '', *@settings]
    @process = Process.spawn('redis-server', *settings, out: File::NULL)
    @client = RedisClient.new(url: url, reconnect_attempts: 200.times.map { 0.05 })
    @client.call('PING')
  end

  # As a crash: nothing is written any more.
  def kill
    @client.close
    Process.kill(:KILL, @process)
    Process.wait(@process)
  end

  def close
    kill
    FileUtils.rm_rf(@folder)
  end

  def entries(stream = 'fluentd')
    @client.call('XRANGE', stream, '-', '+')
  end

  def pending(stream: 'fluentd', group: 'fluentd')
    @client.call('XPENDING', stream, group).first
  end

  # Another way in, on which the connection breaks at a command: behind it, so that it is carried out and the answer is lost. As often as `times` says.
  def losing_answers_to(command, times: 1)
    way_in { |sent| :behind if sent.include?(command) && (times -= 1) >= 0 }
  end

  # Another way in, on which the connection breaks before a command gets to Redis.
  def breaking_before(command, times: 1)
    way_in { |sent| :before if sent.include?(command) && (times -= 1) >= 0 }
  end

  private

  def way_in(&breaks)
    server = UNIXServer.new("#{@folder}/way-in.sock")
    Thread.new { loop { serve(server.accept, breaks) } }
    "unix://#{@folder}/way-in.sock"
  end

  def serve(socket, breaks)
    Thread.new do
      redis = UNIXSocket.new("#{@folder}/redis.sock")
      broken = nil
      loop do
        ready, = IO.select([socket, redis])
        if ready.include?(socket)
          sent = socket.readpartial(1 << 20)
          broken ||= breaks.call(sent)
          break if broken == :before

          redis.write(sent)
        else
          answer = redis.readpartial(1 << 20)
          break if broken

          socket.write(answer)
        end
      end
    rescue SystemCallError, EOFError
      nil
    ensure
      [socket, redis].each { |one| one&.close }
    end
  end
end
