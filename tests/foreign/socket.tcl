# Tcl: a socket and regexp, HTTP/1.0.
lassign $argv url user password
regexp {^http://([^:/]+):(\d+)(/.*)} $url -> host port path
fconfigure stdin -encoding utf-8
fconfigure stdout -encoding utf-8
set login [binary encode base64 [encoding convertto utf-8 $user:$password]]
proc plain {text} { string map {&lt; < &gt; > &quot; \" &apos; ' &amp; &} $text }
while {[gets stdin line] >= 0} {
    set words [lassign [split $line \t] method]
    set body "<methodCall><methodName>$method</methodName><params>"
    foreach word $words {
        if {[string match sl:* $word]} {
            set value <array><data>
            foreach one [split [string range $word 3 end] ,] { append value <value><string>$one</string></value> }
            append value </data></array>
        } else {
            set value <string>[string map {& &amp; < &lt; > &gt;} [string range $word 2 end]]</string>
        }
        append body <param><value>$value</value></param>
    }
    append body </params></methodCall>
    set body [encoding convertto utf-8 $body]
    set stream [socket $host $port]
    fconfigure $stream -translation binary
    puts -nonewline $stream "POST $path HTTP/1.0\r\nAuthorization: Basic $login\r\nContent-Type: text/xml\r\nContent-Length: [string length $body]\r\n\r\n$body"
    flush $stream
    set answer [encoding convertfrom utf-8 [read $stream]]
    close $stream
    set status [lindex [split $answer] 1]
    if {$status != 200} {
        puts "status $status"
    } elseif {[string match *<fault>* $answer]} {
        set said fault
        foreach {- text} [regexp -all -inline {</name><value>(?:<\w+>)?([^<]*)} $answer] { append said " [plain $text]" }
        puts $said
    } else {
        regexp {<data>(.*)</data>} $answer -> inside
        foreach {- - row flag text} [regexp -all -inline {<value>(<array><data>((?:<value>[^<]*</value>)*)</data></array>|<boolean>([01])</boolean>|([^<]*))</value>} $inside] {
            if {$row ne ""} {
                set cells {}
                foreach {- cell} [regexp -all -inline {<value>([^<]*)</value>} $row] { lappend cells [plain $cell] }
                puts [join $cells \t]
            } elseif {$flag ne ""} {
                puts [expr {$flag ? "true" : "false"}]
            } else {
                puts [plain $text]
            }
        }
    }
    puts .
}
