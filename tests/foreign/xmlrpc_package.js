// The npm package `xmlrpc`.
"use strict";
const xmlrpc = require("xmlrpc");
const [, , url, user, pass] = process.argv;
const client = xmlrpc.createClient({ url, basic_auth: { user, pass } });
const spell = (value) => (Array.isArray(value) ? value.join("\t") : String(value));

function tell(error, values) {
  if (!error) return values.map(spell).join("\n") + (values.length ? "\n" : "");
  if ("faultCode" in error) return `fault ${error.faultCode} ${error.faultString}\n`;
  return `status ${error.res ? error.res.statusCode : 0}\n`;
}

(async () => {
  for (const line of require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const [method, ...words] = line.split("\t");
    const params = words.map((word) => (word.startsWith("sl:") ? word.slice(3).split(",") : word.slice(2)));
    const said = await new Promise((done) =>
      client.methodCall(method, params, (error, values) => done(tell(error, values))));
    process.stdout.write(`${said}.\n`);
  }
})();
