// Runs each published collection whole, as somebody does who has imported it, and fails on whatever they should not
// see: a test of the collection that fails, an answer for want of a login, a request that is not sent, and one of
// works.json that does not do what it says. PAGES holds a folder for each API, and below it one for each version.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import newman from "newman";

const need = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set`);
  return process.env[name];
};
const pages = need("PAGES");
const server = need("STRONGROOM_URL");
const works = JSON.parse(readFileSync(new URL("works.json", import.meta.url)));

/** What a reader fills in. */
const filledIn = {
  apikey: need("STRONGROOM_API_KEY"),
  tenantId: need("STRONGROOM_TENANT"),
  login: need("STRONGROOM_LOGIN"),
  password: need("STRONGROOM_PASSWORD"),
};

const requests = (items) => items.flatMap((item) => (item.item ? requests(item.item) : [item]));
const name = ({ method, url }) => `${method} ${url.raw.replace(/^\{\{[^}]+\}\}/, "").replace(/\?.*/, "")}`;

const run = (collection) =>
  new Promise((resolve, reject) => {
    const options = { collection, timeoutRequest: 60_000, reporters: [] };
    newman.run(options, (error, summary) => (error ? reject(error) : resolve(summary)));
  });

/** Runs one collection, and gives what is wrong. */
async function check(api, file) {
  const collection = JSON.parse(readFileSync(file));
  for (const variable of collection.variable) {
    if (variable.type === "secret" && variable.value !== "") return [`the variable ${variable.key} is not empty`];
    if (variable.key in filledIn) variable.value = filledIn[variable.key];
    else variable.value = variable.value.replace(/^http:\/\/127\.0\.0\.1:\d+/, server);
  }
  const wanted = requests(collection.item);
  const names = new Map(wanted.map((item) => [item.id, name(item.request)]));
  const { run: result } = await run(collection);

  const complaints = [];
  const statuses = new Map();
  let asserted = 0;
  for (const { item, response, requestError, assertions } of result.executions) {
    const request = names.get(item.id);
    statuses.set(request, response?.code);
    if (requestError) complaints.push(`${request}: ${requestError.message}`);
    for (const { assertion, error } of assertions ?? []) {
      asserted += 1;
      if (error) complaints.push(`${request}: ${assertion}: ${error.message}`);
    }
    // Only what comes after the login ends may want another.
    if (response?.code === 401) complaints.push(`${request}: the login does not reach it`);
  }
  for (const { error, source } of result.failures) {
    if (error.name !== "AssertionError") complaints.push(`${names.get(source?.id)}: ${error.name}: ${error.message}`);
  }
  for (const request of names.values()) if (!statuses.has(request)) complaints.push(`${request} was not sent`);
  for (const [request, status] of Object.entries(works[api] ?? {})) {
    if (statuses.get(request) !== status) complaints.push(`${request} answers ${statuses.get(request)}, not ${status}`);
  }
  if (asserted < wanted.length) complaints.push(`${asserted} tests for ${wanted.length} requests`);
  const fine = [...statuses.values()].filter((status) => status < 300).length;
  console.log(`${api}: ${statuses.size} requests, ${fine} of them well, ${asserted} tests`);
  if (process.env.SHOW) for (const [request, status] of statuses) console.log(`  ${status} ${request}`);
  return complaints;
}

const complaints = [];
for (const api of readdirSync(pages)) {
  for (const version of readdirSync(join(pages, api))) {
    const found = await check(api, join(pages, api, version, need("COLLECTION")));
    complaints.push(...found.map((complaint) => `${api} ${version}: ${complaint}`));
  }
}
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
