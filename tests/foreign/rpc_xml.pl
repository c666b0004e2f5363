# Perl's RPC::XML.
use strict;
use warnings;
use RPC::XML;
use RPC::XML::Client;
use URI;

my ($url, $user, $password) = @ARGV;
binmode STDIN, ':utf8';
binmode STDOUT, ':utf8';
my $client = RPC::XML::Client->new($url);
$client->credentials('Gigaset Redirect sandbox', $user, $password);
my $status = 0;
$client->useragent->add_handler(response_done => sub { $status = $_[0]->code; return });
$RPC::XML::ENCODING = 'utf-8';

sub plain {
    my ($value) = @_;
    return join "\t", map { plain($_) } @$value if $value->isa('RPC::XML::array');
    return $value->value ? 'true' : 'false' if $value->isa('RPC::XML::boolean');
    return $value->value;
}

while (my $line = <STDIN>) {
    chomp $line;
    my ($method, @words) = split /\t/, $line;
    my @params = map {
        /^sl:(.*)/ ? RPC::XML::array->new(map { RPC::XML::string->new($_) } split /,/, $1)
                   : RPC::XML::string->new(substr $_, 2)
    } @words;
    my $reply = $client->send_request($method, @params);
    if (!ref $reply) { print "status $status\n" }
    elsif ($reply->is_fault) { print 'fault ', $reply->code, ' ', $reply->string, "\n" }
    else { print plain($_), "\n" for @$reply }
    print ".\n";
}
