// Node's http module with a kept connection, and patterns.
"use strict";
const http = require("http");
const [, , url, user, password] = process.argv;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const NAMES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const unescape = (text) => text.replace(/&(\w+);/g, (_, name) => NAMES[name]);
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

function post(body) {
  return new Promise((done, fail) => {
    const options = { method: "POST", agent, auth: `${user}:${password}`, headers: { "Content-Type": "text/xml" } };
    const request = http.request(url, options, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => done([reply.statusCode, text]));
    });
    request.on("error", fail).end(body);
  });
}

function read(text) {
  const rows = [];
  const inside = text.slice(text.indexOf("<data>") + 6, text.lastIndexOf("</data>"));
  for (const [, row, flag, plain] of inside.matchAll(
    /<value>(?:<array><data>(.*?)<\/data><\/array>|<boolean>([01])<\/boolean>|([^<]*))<\/value>/gs)) {
    if (row !== undefined) {
      rows.push([...row.matchAll(/<value>([^<]*)<\/value>/g)].map(([, one]) => unescape(one)).join("\t"));
    } else rows.push(flag === undefined ? unescape(plain) : String(flag === "1"));
  }
  return rows;
}

(async () => {
  for (const line of require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const [method, ...words] = line.split("\t");
    const params = words.map((word) => {
      const value = word.startsWith("sl:")
        ? `<array><data>${word.slice(3).split(",").map((one) => `<value>${one}</value>`).join("")}</data></array>`
        : escape(word.slice(2));
      return `<param><value>${value}</value></param>`;
    });
    const [status, text] = await post(
      `<methodCall><methodName>${method}</methodName><params>${params.join("")}</params></methodCall>`);
    if (status !== 200) console.log(`status ${status}`);
    else if (text.includes("<fault>")) {
      const [number, said] = [...text.matchAll(/<\/name><value>(?:<\w+>)?([^<]*)/g)].map(([, one]) => unescape(one));
      console.log(`fault ${number} ${said}`);
    } else for (const row of read(text)) console.log(row);
    console.log(".");
  }
  agent.destroy();
})();
