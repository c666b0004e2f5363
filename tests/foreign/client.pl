# Calls from standard input, outcomes to standard output: [[method, params], …] becomes [{value} | {fault} | {status}, …].
use strict;
use warnings;
use JSON::PP;
use RPC::XML;
use RPC::XML::Client;
use URI;

my ($url, $user, $password) = @ARGV;
my $json = JSON::PP->new->utf8->allow_nonref->convert_blessed;
my $client = RPC::XML::Client->new($url);
$client->credentials('Gigaset Redirect sandbox', $user, $password);
my $status = 0;
$client->useragent->add_handler(response_done => sub { $status = $_[0]->code; return });
$RPC::XML::ENCODING = 'utf-8';

sub typed {
    my ($value) = @_;
    return ref $value ? RPC::XML::array->new(map { typed($_) } @$value) : RPC::XML::string->new($value);
}

sub plain {
    my ($value) = @_;
    return [map { plain($_) } @$value] if $value->isa('RPC::XML::array');
    return $value->value ? JSON::PP::true : JSON::PP::false if $value->isa('RPC::XML::boolean');
    return $value->value;
}

my @outcomes;
for my $call (@{ $json->decode(join '', <STDIN>) }) {
    my ($method, $params) = @$call;
    my $reply = $client->send_request($method, map { typed($_) } @$params);
    if (!ref $reply) {
        push @outcomes, { status => $status };
    } elsif ($reply->is_fault) {
        push @outcomes, { fault => [$reply->code + 0, $reply->string] };
    } else {
        push @outcomes, { value => plain($reply) };
    }
}
print $json->encode(\@outcomes);
