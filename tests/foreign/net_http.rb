# Ruby's net/http and REXML's pull parser.
require "net/http"
require "rexml/document"
require "rexml/xpath"
require "cgi"
url, user, password = ARGV
uri = URI(url)
$stdin.set_encoding("utf-8")

def read(value)
  inner = value.elements[1]
  return value.text.to_s if inner.nil?
  return inner.text == "1" ? "true" : "false" if inner.name == "boolean"
  return inner.get_elements("data/value").map { |one| read(one) }.join("\t") if inner.name == "array"
  inner.text.to_s
end

Net::HTTP.start(uri.host, uri.port, nil) do |http|
  $stdin.each_line(chomp: true) do |line|
    method, *words = line.split("\t")
    params = words.map do |word|
      value = if word.start_with?("sl:")
        "<array><data>#{word[3..].split(",").map { |one| "<value><string>#{one}</string></value>" }.join}</data></array>"
      else
        "<string>#{CGI.escapeHTML(word[2..])}</string>"
      end
      "<param><value>#{value}</value></param>"
    end
    request = Net::HTTP::Post.new(uri.path, "Content-Type" => "application/xml")
    request.basic_auth(user, password)
    request.body = "<methodCall><methodName>#{method}</methodName><params>#{params.join}</params></methodCall>"
    reply = http.request(request)
    if reply.code != "200"
      puts "status #{reply.code}"
    else
      root = REXML::Document.new(reply.body.force_encoding("utf-8")).root
      fault = root.get_elements("fault/value/struct/member/value").map { |one| read(one) }
      puts "fault #{fault.join(" ")}" unless fault.empty?
      root.get_elements("params/param/value/array/data/value").each { |one| puts read(one) }
    end
    puts "."
  end
end
