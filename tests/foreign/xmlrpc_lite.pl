# Perl's XMLRPC::Lite, of SOAP::Lite.
use strict;
use warnings;
use XMLRPC::Lite;

my ($url, $user, $password) = @ARGV;
binmode STDIN, ':utf8';
binmode STDOUT, ':utf8';
$url =~ s{://}{://$user:$password\@};
my $server = XMLRPC::Lite->proxy($url)->on_fault(sub { });

while (my $line = <STDIN>) {
    chomp $line;
    my ($method, @words) = split /\t/, $line;
    my @params = map {
        /^sl:(.*)/ ? [map { SOAP::Data->type(string => $_) } split /,/, $1] : SOAP::Data->type(string => substr $_, 2)
    } @words;
    my $som = $server->call($method, @params);
    my $status = $server->transport->status;
    if (!ref $som) { print $status =~ /^(\d+)/ ? "status $1\n" : "lost $status\n" }
    elsif ($som->fault) { print 'fault ', $som->faultcode, ' ', $som->faultstring, "\n" }
    else {
        my ($first, @rest) = @{ $som->result };
        # XMLRPC::Lite gives a boolean as 1 or 0.
        print defined $first ? (ref $first ? join("\t", @$first) : $first ? 'true' : 'false') . "\n" : '';
        print ref $_ ? join("\t", @$_) : $_, "\n" for @rest;
    }
    print ".\n";
}
