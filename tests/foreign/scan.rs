// Rust's standard library alone: a stream, and a cursor over the text.
use std::io::{self, BufRead, Read, Write};
use std::net::TcpStream;

const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(text: &str) -> String {
    text.as_bytes()
        .chunks(3)
        .flat_map(|part| {
            let bits = part.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
            (0..4).map(move |n| if n > part.len() { '=' } else { DIGITS[(bits >> (18 - 6 * n) & 63) as usize] as char })
        })
        .collect()
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The values of a list up to its </data>, and what stands behind it.
fn values(mut xml: &str) -> (Vec<String>, &str) {
    let mut found = Vec::new();
    while let Some(rest) = xml.strip_prefix("<value>") {
        if let Some(inside) = rest.strip_prefix("<array><data>") {
            let (row, behind) = values(inside);
            found.push(row.join("\t"));
            xml = behind.strip_prefix("</array></value>").unwrap();
        } else {
            let (inside, behind) = rest.split_once("</value>").unwrap();
            found.push(match inside {
                "<boolean>1</boolean>" => "true".into(),
                "<boolean>0</boolean>" => "false".into(),
                _ => plain(inside),
            });
            xml = behind;
        }
    }
    (found, xml.strip_prefix("</data>").unwrap())
}

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let (host, path) = words[1].strip_prefix("http://").unwrap().split_once('/').unwrap();
    let login = base64(&format!("{}:{}", words[2], words[3]));
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut parts = line.split('\t');
        let method = parts.next().unwrap();
        let params: String = parts
            .map(|word| match word.strip_prefix("sl:") {
                Some(list) => {
                    let inside: String = list.split(',').map(|one| format!("<value>{one}</value>")).collect();
                    format!("<param><value><array><data>{inside}</data></array></value></param>")
                }
                None => format!("<param><value><string>{}</string></value></param>", escape(&word[2..])),
            })
            .collect();
        let body = format!("<?xml version='1.0'?><methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>");
        let mut stream = TcpStream::connect(host)?;
        write!(stream, "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Basic {login}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).unwrap();
        if status != "200" {
            println!("status {status}");
        } else if answer.contains("<fault>") {
            let said: Vec<String> = answer
                .split("</name><value>")
                .skip(1)
                .map(|text| {
                    let text = text.trim_start_matches("<i4>").trim_start_matches("<int>").trim_start_matches("<string>");
                    plain(text.split('<').next().unwrap())
                })
                .collect();
            println!("fault {}", said.join(" "));
        } else {
            for value in values(answer.split_once("<data>").unwrap().1).0 {
                println!("{value}");
            }
        }
        println!(".");
    }
    Ok(())
}
