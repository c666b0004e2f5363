#!/bin/sh
# curl and awk, as a cron job would do it.
tab=$(printf '\t')
escape() { printf '%s' "$1" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'; }
while IFS= read -r line; do
  method=${line%%"$tab"*}
  rest=${line#"$method"}
  body="<methodCall><methodName>$method</methodName><params>"
  while [ -n "$rest" ]; do
    rest=${rest#"$tab"}
    word=${rest%%"$tab"*}
    rest=${rest#"$word"}
    case $word in
      sl:*) value="<array><data>$(printf '%s\n' "${word#sl:}" | tr , '\n' | sed 's/.*/<value>&<\/value>/')</data></array>" ;;
      *) value="<string>$(escape "${word#s:}")</string>" ;;
    esac
    body="$body<param><value>$value</value></param>"
  done
  printf '%s' "$body</params></methodCall>" |
    curl -s --noproxy '*' -u "$2:$3" -H 'Content-Type: text/xml' --data-binary @- -w '<status>%{http_code}' "$1" |
    awk '
      BEGIN { RS = "<" }
      function plain(s) {
        gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&amp;/, "\\&", s); return s
      }
      {
        split($0, cut, ">"); tag = cut[1]; text = substr($0, length(tag) + 2)
        if (tag == "value") { open = 1; value = plain(text) }
        else if (tag == "boolean") value = text == "1" ? "true" : "false"
        else if (tag == "string" || tag == "int" || tag == "i4") value = plain(text)
        else if (tag == "array") { depth++; open = 0; row = ""; cells = 0 }
        else if (tag == "/array" && --depth == 1) lines = lines row "\n"
        else if (tag == "/value" && open) {
          open = 0
          if (depth > 1) row = row (cells++ ? "\t" : "") value
          else if (depth == 1) lines = lines value "\n"
          else said = said " " value
        }
        else if (tag == "status" && text + 0 != 200) lines = "status " text + 0 "\n"
      }
      END { printf "%s", said != "" ? "fault" said "\n" : lines }'
  printf '.\n'
done
