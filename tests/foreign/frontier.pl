# Perl's Frontier::Client, which dies of a fault and of a status.
use strict;
use warnings;
use Frontier::Client;

my ($url, $user, $password) = @ARGV;
binmode STDIN, ':utf8';
binmode STDOUT, ':utf8';
$url =~ s{://}{://$user:$password\@};
my $server = Frontier::Client->new(url => $url, encoding => 'UTF-8');

sub plain {
    my ($value) = @_;
    return join "\t", map { plain($_) } @$value if ref $value eq 'ARRAY';
    return $value->value ? 'true' : 'false' if ref $value;
    return $value;
}

while (my $line = <STDIN>) {
    chomp $line;
    my ($method, @words) = split /\t/, $line;
    my @params = map { /^sl:(.*)/ ? [map { $server->string($_) } split /,/, $1] : $server->string(substr $_, 2) } @words;
    utf8::encode($$_) for grep { ref $_ ne 'ARRAY' } @params;
    my $answer = eval { $server->call($method, @params) };
    if (!defined $answer) {
        my $said = $@;
        if ($said =~ /Fault returned from XML RPC Server, fault code (-?\d+): (.*?)\n?$/) { print "fault $1 $2\n" }
        elsif ($said =~ /^(\d{3}) /) { print "status $1\n" }
        else { print "lost $said" }
    }
    else { print plain($_), "\n" for @$answer }
    print ".\n";
}
