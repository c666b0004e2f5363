// Calls from standard input, outcomes to standard output: [[method, params], …] becomes [{value} | {fault} | {status}, …].
"use strict";
const xmlrpc = require("xmlrpc");
const [, , url, user, pass] = process.argv;
const client = xmlrpc.createClient({ url, basic_auth: { user, pass } });
const calls = JSON.parse(require("fs").readFileSync(0, "utf8"));

function outcome(error, value) {
  if (!error) return { value };
  if ("faultCode" in error) return { fault: [error.faultCode, error.faultString] };
  return { status: error.res ? error.res.statusCode : 0 };
}

const ask = ([method, params]) =>
  new Promise((done) => client.methodCall(method, params, (error, value) => done(outcome(error, value))));

(async () => {
  const outcomes = [];
  for (const call of calls) outcomes.push(await ask(call));
  process.stdout.write(JSON.stringify(outcomes));
})();
