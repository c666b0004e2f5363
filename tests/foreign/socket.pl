# Perl without a package: a socket and patterns, in bytes.
use strict;
use warnings;
use IO::Socket::INET;
use MIME::Base64;

my ($url, $user, $password) = @ARGV;
my ($host, $path) = $url =~ m{^http://([^/]+)(/.*)};
my %name = (amp => '&', lt => '<', gt => '>', quot => '"', apos => "'");
sub decode { my ($text) = @_; $text =~ s/&(\w+);/$name{$1}/g; return $text }
sub encode { my ($text) = @_; $text =~ s/&/&amp;/g; $text =~ s/</&lt;/g; return $text }

while (my $line = <STDIN>) {
    chomp $line;
    my ($method, @words) = split /\t/, $line;
    my $params = join '', map {
        my $value = /^sl:(.*)/
          ? '<array><data>' . join('', map { "<value>$_</value>" } split /,/, $1) . '</data></array>'
          : encode(substr $_, 2);
        "<param><value>$value</value></param>"
    } @words;
    my $body = "<methodCall><methodName>$method</methodName><params>$params</params></methodCall>";
    my $line_to = IO::Socket::INET->new($host) or die "no connection\n";
    print $line_to "POST $path HTTP/1.1\r\nHost: $host\r\nConnection: close\r\nAuthorization: Basic ",
        encode_base64("$user:$password", ''), "\r\nContent-Length: ", length $body, "\r\n\r\n$body";
    my $answer = do { local $/; <$line_to> };
    my ($status) = $answer =~ /^\S+ (\d+)/;
    if ($status != 200) { print "status $status\n" }
    elsif ($answer =~ /<fault>/) { print join(' ', 'fault', map { decode($_) } $answer =~ m{</name><value>(?:<\w+>)?([^<]*)}g), "\n" }
    else {
        my ($inside) = $answer =~ m{<data>(.*)</data>}s;
        while ($inside =~ m{<value>(?:<array><data>(.*?)</data></array>|<boolean>([01])</boolean>|([^<]*))</value>}gs) {
            my ($row, $flag, $text) = ($1, $2, $3);
            print defined $row ? join("\t", map { decode($_) } $row =~ m{<value>([^<]*)</value>}g)
              : defined $flag ? ($flag ? 'true' : 'false') : decode($text), "\n";
        }
    }
    print ".\n";
}
