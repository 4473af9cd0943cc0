// What came over the wire: by whom, with what, and what VK answered. It must only read.
import { call } from "./api.js";
import { h, walkable } from "./dom.js";

const AGAIN = 1500; // ms
const MOST = 200;
const SILENT = "Эмулятор не отвечает.";

const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** A line for a terminal; the token of the emulator is no secret. */
export function curl({ method, params, token }, base = location.origin) {
  const given = Object.entries({ ...params, ...(token ? { access_token: token } : {}) });
  const data = given.map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`);
  return ["curl", quoted(`${base}/method/${method}`), ...data].join(" ");
}

const field = (label, made) => h("label", {}, h("span", {}, label), made);
const sought = h("input", { type: "search", placeholder: "messages.*", oninput: () => draw() });
const who = h(
  "select",
  { onchange: () => draw() },
  ...[["bot", "бот"], ["page", "страница"], ["", "все"]].map(([value, label]) => h("option", { value }, label)),
);
const failed = h("input", { type: "checkbox", onchange: () => draw() });
const list = walkable(h("ol", { class: "requests", "aria-label": "Запросы, новые сверху" }), "summary");
const said = h("p", { class: "said", role: "status" });
const rows = new Map(); // by request, as long as it is shown
let known = [];

function wanted({ method, by, error }) {
  const words = sought.value.trim();
  const fits = words.endsWith("*") ? method.startsWith(words.slice(0, -1)) : method.includes(words);
  return fits && (!who.value || by === who.value) && (!failed.checked || error);
}

async function copy(request) {
  try {
    await navigator.clipboard.writeText(curl(request));
    said.textContent = `Скопировано: ${request.method}`;
  } catch {
    said.textContent = curl(request); // a page without the clipboard shows what to copy
  }
}

const keyOf = ({ at, method, by, token, params }) => JSON.stringify([at, method, by, token, params]);

function row(request) {
  const { at, by, method, error, params, answer, hint } = request;
  const time = new Date(at * 1000).toLocaleTimeString("ru");
  return h(
    "li",
    { class: error ? "bad" : "" },
    h(
      "details",
      {},
      h("summary", {}, h("time", {}, time), h("b", {}, method), h("span", {}, error ? `ошибка ${error}` : "ok"), by === "bot" ? "" : "страница"),
      hint ? h("p", { class: "hint", lang: "en" }, hint) : "",
      h("pre", { tabindex: 0 }, JSON.stringify(params, null, 1)),
      h("pre", { tabindex: 0 }, JSON.stringify(answer, null, 1)),
    ),
    h("button", { type: "button", "aria-label": `Копировать как curl: ${method}`, onclick: () => copy(request) }, "Копировать как curl"),
  );
}

const none = h("li", { class: "empty" });

function draw() {
  const shown = known.filter(wanted).slice(-MOST).reverse();
  const next = new Map(shown.map((request) => [keyOf(request), request]));
  for (const key of rows.keys()) if (!next.has(key)) rows.delete(key);
  for (const [key, request] of next) if (!rows.has(key)) rows.set(key, row(request));
  none.textContent = known.length ? "Ничего не подходит." : "Запросов ещё не было.";
  const lines = next.size ? [...next.keys()].map((key) => rows.get(key)) : [none];
  const kept = new Set(lines);
  for (const line of [...list.children]) if (!kept.has(line)) line.remove();
  // What stays is not moved: its focus, its selection and how far it is scrolled would be gone.
  lines.forEach((line, place) => list.children[place] !== line && list.insertBefore(line, list.children[place] ?? null));
}

async function look() {
  try {
    known = await call("emulator.requests", { count: 2000 });
    draw();
    if (said.textContent === SILENT) said.textContent = "";
  } catch {
    said.textContent = SILENT;
  }
  setTimeout(look, AGAIN);
}

const played = h("pre", { class: "played", tabindex: 0, hidden: true });

/** What was said by hand so far, as a test for pytest. */
async function asTest() {
  played.textContent = await call("emulator.asTest");
  played.hidden = false;
  try {
    await navigator.clipboard.writeText(played.textContent);
    said.textContent = "Скопировано: тест из сыгранного разговора";
  } catch {
    said.textContent = "Тест из сыгранного разговора:"; // a page without the clipboard shows what to copy
  }
}

const root = document.getElementById("journal");
if (root) {
  const made = h("button", { type: "button", class: "as-test", onclick: () => asTest().catch(() => (said.textContent = SILENT)) }, "Разговор как тест");
  const errors = h("label", { class: "check" }, failed, "только ошибки");
  const filters = h("form", { class: "filters", onsubmit: (event) => event.preventDefault() }, field("Метод", sought), field("Кто", who), errors, made);
  root.append(h("p", {}, h("a", { href: "/" }, "К разговорам")), filters, said, played, list);
  look();
}
