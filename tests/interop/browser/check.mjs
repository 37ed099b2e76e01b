// Opens every page in a real browser, as a reader would, and fails on whatever a reader should not see: a request
// that leaves the page, an error of a script, a link within the page that leads nowhere, an operation that does
// not open. Pages come from disk (PAGES, a folder for each API), then from the server's /docs, where the console
// makes one call that needs a login.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const need = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set`);
  return process.env[name];
};
const pages = need("PAGES");
const server = need("STRONGROOM_URL");

const browser = await puppeteer.launch({
  executablePath: need("CHROMIUM"),
  // Root has no sandbox, and CI is root.
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const complaints = [];

// The references of schemas that contain themselves are made absolute by swagger-client's `absolutifyPointer`, as
// Swagger UI 5.32 carries it. Where the base is not http or https it takes the outcome for a path and cuts off the
// slash that it expects in front: of a page on disk, the f of `file:`. No browser knows the scheme that is left, so
// nothing leaves, and the operation opens.
const KNOWN = /URL scheme "ile" is not supported/;

/** Opens a page and gives it to `look`; of its requests, only those that `allowed` accepts leave. */
async function visit(address, allowed, look) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  const complain = (what) => complaints.push(`${address}: ${what}`);
  page.on("console", (message) => {
    if (message.type() === "error" && !KNOWN.test(message.text())) complain(`the console says ${message.text()}`);
  });
  page.on("pageerror", (error) => complain(`a script fails: ${error.message}`));
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const url = request.url();
    if (url === address || url.startsWith("data:") || url.startsWith("blob:") || allowed(url)) return request.continue();
    complain(`asks for ${url}`);
    return request.abort();
  });
  const begun = Date.now();
  try {
    await page.goto(address, { waitUntil: "load", timeout: 60_000 });
    const seen = await look(page, complain);
    console.log(`${address}: ${seen} (${Date.now() - begun} ms)`);
  } catch (error) {
    complain(error.message);
  }
  await page.close();
}

const nothing = () => false;

/** Unfolds the whole reference, and follows each of its own links. */
async function reference(page, complain) {
  const { operations, schemas, links, dead, empty } = await page.evaluate(async () => {
    // What is nested deep is copied into place when it is opened. Everything copied everywhere would be more than
    // any reader opens, so a second round is made in the first operations only.
    const settle = () => new Promise((resolve) => setTimeout(resolve, 100));
    for (const details of document.querySelectorAll(".operation details:not([open])")) details.open = true;
    await settle();
    for (const section of [...document.querySelectorAll(".operation")].slice(0, 5)) {
      for (const details of section.querySelectorAll("details:not([open])")) details.open = true;
    }
    await settle();
    const links = [...document.querySelectorAll('a[href^="#"]')];
    const dead = links.map((link) => link.getAttribute("href").slice(1)).filter((id) => !document.getElementById(id));
    const sections = [...document.querySelectorAll("section.operation")];
    const listed = new Set([...document.querySelectorAll("nav li a")].map((link) => link.hash));
    const empty = sections.filter((section) => !section.querySelector(".answer") || !listed.has(`#${section.id}`));
    return {
      operations: sections.length,
      schemas: document.querySelectorAll("section.schema").length,
      links: links.length,
      dead: [...new Set(dead)],
      empty: empty.map((section) => section.id),
    };
  });
  for (const id of dead) complain(`#${id} leads nowhere`);
  for (const id of empty) complain(`${id} has no answers or is not in the contents`);
  if (operations === 0) complain("there are no operations");
  await page.type("#search", "zzzz-nothing");
  const found = await page.$$eval("nav li:not([hidden])", (items) => items.length);
  if (found !== 0) complain(`a search for nonsense finds ${found}`);
  return `${operations} operations, ${schemas} schemas, ${links} links`;
}

/** Opens each operation of the console, and closes it again, since a page with all of them open is slow. */
async function console_(page, complain) {
  await page.waitForSelector(".opblock", { timeout: 60_000 });
  const ids = await page.$$eval(".opblock", (blocks) => blocks.map((block) => block.id));
  for (const id of ids) {
    const toggle = () =>
      page.evaluate((id) => document.getElementById(id).querySelector(".opblock-summary-control").click(), id);
    await toggle();
    const open = (id) => document.getElementById(id).querySelector(".opblock-body .responses-wrapper");
    await page.waitForFunction(open, { timeout: 60_000, polling: 20 }, id).catch(() => complain(`${id} does not open`));
    await toggle();
  }
  const expected = await page.evaluate(() => {
    const methods = ["get", "post", "put", "patch", "delete", "head", "options"];
    const paths = Object.values(JSON.parse(document.getElementById("document").textContent).paths);
    return paths.flatMap((item) => Object.keys(item).filter((key) => methods.includes(key))).length;
  });
  if (ids.length !== expected) complain(`shows ${ids.length} of ${expected} operations`);
  return `${ids.length} operations opened`;
}

/** Presses Execute in the console of the served Storware API: logs in, then lists the tasks. */
async function call(page, complain) {
  const execute = async (id, body) => {
    const block = await page.waitForSelector(`[id$="-${id}"].opblock`, { timeout: 60_000 });
    await (await block.$(".opblock-summary-control, .opblock-summary")).click();
    const button = await page.waitForSelector(`[id$="-${id}"].opblock button.execute`);
    if (body) {
      const area = await block.$("textarea.body-param__text");
      await area.click({ clickCount: 1 });
      await page.keyboard.down("Control");
      await page.keyboard.press("a");
      await page.keyboard.up("Control");
      await area.type(body);
    }
    const answered = page.waitForResponse((answer) => answer.request().method() !== "OPTIONS", { timeout: 60_000 });
    await button.click();
    return (await answered).status();
  };
  const before = (await fetch(`${server}/api/tasks`)).status;
  if (before !== 401) complain(`without a login the tasks are answered with ${before}`);
  const login = { login: need("STRONGROOM_LOGIN"), password: need("STRONGROOM_PASSWORD") };
  for (const [id, body] of [["login", JSON.stringify(login)], ["listTasks"]]) {
    const status = await execute(id, body);
    if (status !== 200) complain(`${id} answers ${status}`);
  }
  return "logged in and called";
}

for (const api of readdirSync(pages)) {
  for (const version of readdirSync(join(pages, api))) {
    const file = (name) => pathToFileURL(join(pages, api, version, name)).href;
    await visit(file("reference.html"), nothing, reference);
    await visit(file("console.html"), nothing, console_);
  }
}
const index = [];
await visit(`${server}/docs`, nothing, async (page) => {
  index.push(...(await page.$$eval("main.index a", (links) => links.map((link) => link.href))));
  return `${index.length} links`;
});
for (const address of index) {
  if (/\/docs\/[^/]+$/.test(address)) await visit(address, nothing, reference);
  else if (address.endsWith("/console")) await visit(address, nothing, (page) => page.waitForSelector(".opblock").then(() => "opens"));
  else if (!(await fetch(address)).ok) complaints.push(`${address} is not there`);
}
await visit(`${server}/docs/storware/console`, (url) => url.startsWith(`${server}/api/`), call);
await browser.close();

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
