# frozen_string_literal: true

require 'test/unit'
require 'tempfile'
require 'tmpdir'
require 'fluent/test'
require 'fluent/test/helpers'

include Fluent::Test::Helpers
