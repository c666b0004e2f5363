<?php
// PHP's streams and patterns; no extension.
[, $url, $user, $password] = $argv;
$spell = fn($text) => htmlspecialchars($text, ENT_XML1 | ENT_QUOTES);
$plain = fn($text) => htmlspecialchars_decode($text, ENT_XML1 | ENT_QUOTES);
while (($line = fgets(STDIN)) !== false) {
    $words = explode("\t", rtrim($line, "\n"));
    $method = array_shift($words);
    $params = '';
    foreach ($words as $word) {
        if (str_starts_with($word, 'sl:')) {
            $inside = implode('', array_map(fn($one) => "<value><string>$one</string></value>", explode(',', substr($word, 3))));
            $value = "<array><data>$inside</data></array>";
        } else {
            $value = '<string>' . $spell(substr($word, 2)) . '</string>';
        }
        $params .= "<param><value>$value</value></param>";
    }
    $answer = file_get_contents($url, false, stream_context_create(['http' => [
        'method' => 'POST',
        'header' => "Content-Type: text/xml\r\nAuthorization: Basic " . base64_encode("$user:$password"),
        'content' => "<?xml version='1.0'?><methodCall><methodName>$method</methodName><params>$params</params></methodCall>",
        'ignore_errors' => true,
    ]]));
    preg_match('/ (\d+)/', $http_response_header[0], $status);
    if ($status[1] !== '200') {
        echo "status $status[1]\n";
    } elseif (str_contains($answer, '<fault>')) {
        preg_match_all('~</name><value>(?:<\w+>)?([^<]*)~', $answer, $found);
        echo 'fault ', implode(' ', array_map($plain, $found[1])), "\n";
    } else {
        preg_match('~<data>(.*)</data>~s', $answer, $inside);
        preg_match_all('~<value>(?:<array><data>(.*?)</data></array>|<boolean>([01])</boolean>|([^<]*))</value>~s', $inside[1], $found, PREG_SET_ORDER | PREG_UNMATCHED_AS_NULL);
        foreach ($found as [, $row, $flag, $text]) {
            if ($row !== null) {
                preg_match_all('~<value>([^<]*)</value>~', $row, $cells);
                echo implode("\t", array_map($plain, $cells[1])), "\n";
            } else {
                echo $flag === null ? $plain($text) : ($flag ? 'true' : 'false'), "\n";
            }
        }
    }
    echo ".\n";
}
