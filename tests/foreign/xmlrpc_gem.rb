# Ruby's xmlrpc gem.
require "xmlrpc/client"
url, user, password = ARGV
client = XMLRPC::Client.new2(url)
client.user, client.password = user, password
$stdin.set_encoding("utf-8")
$stdin.each_line(chomp: true) do |line|
  method, *words = line.split("\t")
  params = words.map { |word| word.start_with?("sl:") ? word[3..].split(",") : word[2..] }
  begin
    client.call(method, *params).each { |value| puts value.is_a?(Array) ? value.join("\t") : value }
  rescue XMLRPC::FaultException => fault
    puts "fault #{fault.faultCode} #{fault.faultString}"
  rescue RuntimeError => error
    puts "status #{error.message[/\d{3}/]}"
  end
  puts "."
end
