// fetch, which undici carries, and a hand-written walk over the tags.
import { readFileSync } from "node:fs";
const [, , url, user, password] = process.argv;
const login = Buffer.from(`${user}:${password}`).toString("base64");
const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");

function walk(xml) {
  const stack = [{ name: "", kids: [], text: "" }];
  for (const [, close, name, text] of xml.matchAll(/<(\/?)(\w+)[^>]*>([^<]*)/g)) {
    if (close) {
      const done = stack.pop();
      stack.at(-1).kids.push(done);
    } else stack.push({ name, kids: [], text: plain(text) });
  }
  return stack[0];
}

function* find(node, name) {
  for (const kid of node.kids) if (kid.name === name) yield kid;
}

function value(node) {
  const [kid] = node.kids;
  if (!kid) return node.text;
  if (kid.name === "boolean") return String(kid.text === "1");
  if (kid.name === "array") return [...find([...find(kid, "data")][0], "value")].map(value);
  if (kid.name === "struct") return kid.kids.map((member) => value([...find(member, "value")][0]));
  return kid.text;
}

const encode = (text) => text.replaceAll("&", "&#38;").replaceAll("<", "&#x3C;").replaceAll(">", "&#62;");
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [method, ...words] = line.split("\t");
  let body = `<?xml version="1.0" encoding="UTF-8"?>\n<methodCall><methodName>${method}</methodName><params>`;
  for (const word of words) {
    body += "<param><value>";
    if (word.startsWith("sl:")) {
      body += "<array><data>";
      for (const one of word.slice(3).split(",")) body += `<value><string><![CDATA[${one}]]></string></value>`;
      body += "</data></array>";
    } else body += `<string>${encode(word.slice(2))}</string>`;
    body += "</value></param>";
  }
  body += "</params></methodCall>";
  const reply = await fetch(url, { method: "POST", body, headers: { Authorization: `Basic ${login}` } });
  const text = await reply.text();
  if (reply.status !== 200) console.log(`status ${reply.status}`);
  else {
    const [root] = [...find(walk(text), "methodResponse")];
    const [fault] = [...find(root, "fault")];
    if (fault) console.log("fault", ...value([...find(fault, "value")][0]));
    else {
      const [params] = [...find(root, "params")];
      for (const one of value(params.kids[0].kids[0])) console.log(Array.isArray(one) ? one.join("\t") : one);
    }
  }
  console.log(".");
}
