# frozen_string_literal: true

require 'webrick'

# An STS and a domain in this process: what they were asked, and what they answer.
class FakeAws
  NOTHING = WEBrick::Log.new(File::NULL)

  # Tokens that STS was shown, and the headers of each bulk.
  attr_reader :tokens, :bulks
  # Seconds that the keys of STS are good for; nil: it is away.
  attr_accessor :seconds

  def self.open(seconds)
    aws = new(seconds)
    ENV['AWS_ENDPOINT_URL_STS'] = aws.sts
    yield aws
  ensure
    ENV.delete('AWS_ENDPOINT_URL_STS')
    aws&.close
  end

  def initialize(seconds)
    @seconds = seconds
    @tokens = []
    @bulks = []
    @sts = serve { |request, response| answer_sts(request, response) }
    @domain = serve { |request, response| answer_bulk(request, response) }
  end

  def sts
    "http://127.0.0.1:#{@sts.config[:Port]}"
  end

  def domain
    "http://127.0.0.1:#{@domain.config[:Port]}"
  end

  # Whose keys each bulk was signed with: id of the key, and its session's token.
  def signers
    bulks.map { |headers| [headers['authorization'].to_s[%r{Credential=(\w+)/}, 1], headers['x-amz-security-token']] }
  end

  def close
    [@sts, @domain].each(&:shutdown)
  end

  private

  def serve(&answer)
    server = WEBrick::HTTPServer.new(Port: 0, BindAddress: '127.0.0.1', AccessLog: [], Logger: NOTHING)
    server.mount_proc('/', &answer)
    Thread.new { server.start }
    server
  end

  # As in the API Reference of STS, AssumeRoleWithWebIdentity.
  def answer_sts(request, response)
    return response.status = 503 unless seconds

    tokens << request.query['WebIdentityToken']
    number = tokens.size
    response['content-type'] = 'text/xml'
    response.body = <<~XML
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>ASIA#{number}</AccessKeyId><SecretAccessKey>secret#{number}</SecretAccessKey><SessionToken>session#{number}</SessionToken>
        <Expiration>#{(Time.now.utc + seconds).strftime('%FT%TZ')}</Expiration>
      </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
    XML
  end

  # The client asks for the version before its first bulk.
  def answer_bulk(request, response)
    response['content-type'] = 'application/json'
    return response.body = '{"version":{"number":"2.19.5","distribution":"opensearch"}}' if request.path == '/'

    bulks << request.header.transform_values(&:first)
    response.body = '{"errors":false,"items":[]}'
  end
end
