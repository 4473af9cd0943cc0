// Single keys: a help for those who work in the panel all day. Everything they do a mouse does too, and one switch
// turns them off. They never act while something is being typed.

const OFF = "keys-off";
const CHORD_MS = 1200;
const PAGES = { KeyD: "/now", KeyL: "/queue" };

let begun = 0;

function off() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function remember(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // A browser that keeps nothing keeps the keys on.
  }
}

function typing(event) {
  return event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]") !== null;
}

function rows() {
  return [...document.querySelectorAll("[data-rows] tbody tr")].filter((row) => row.offsetParent !== null);
}

function chosen() {
  return document.querySelector('[data-rows] tbody tr[aria-current="true"]');
}

function choose(row) {
  chosen()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  const link = row.querySelector("a");
  if (link) link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by));
  choose(all[next]);
}

function open() {
  chosen()?.querySelector("a[data-open-row], a")?.click();
}

function mark() {
  chosen()?.querySelector('input[type="checkbox"]')?.click();
}

// The form of the chosen message that waits for words: its details open, the first field has the cursor.
function write(key) {
  const form = document.querySelector(`details[data-key="${key}"]`);
  if (!form) return;
  form.closest("details.more-acts")?.setAttribute("open", "");
  form.setAttribute("open", "");
  (form.querySelector("textarea") || form.querySelector("input:not([type=hidden]), select"))?.focus();
}

function next() {
  document.querySelector('a[data-go="next"]')?.click();
}

function copy() {
  const code = (chosen() || document.querySelector("[data-code]"))?.dataset.code;
  if (code && navigator.clipboard) navigator.clipboard.writeText(code).catch(() => {});
}

function show(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  const box = dialog.querySelector("#keys-on");
  if (box) box.checked = !off();
  document.querySelectorAll("details.drop[open]").forEach((one) => one.removeAttribute("open"));
  dialog.showModal();
}

const ACTS = {
  Slash: () => document.getElementById("search")?.focus(),
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyO: open,
  KeyX: mark,
  KeyR: () => write("r"),
  KeyN: () => write("n"),
  KeyA: () => write("a"),
  KeyE: next,
  Period: copy,
  KeyG: () => {
    begun = Date.now();
  },
};

// Keys are found by their place, for in the Russian layout no letter is one of these. What another layout has elsewhere
// is found by its sign.
const SIGNS = { "/": "Slash", ".": "Period" };

function act_of(event) {
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return () => show("keys");
  const placed = !event.shiftKey && (event.code in ACTS || event.code in PAGES);
  const code = placed ? event.code : SIGNS[event.key];
  return Date.now() - begun < CHORD_MS && PAGES[code] ? () => location.assign(PAGES[code]) : ACTS[code];
}

function pressed(event) {
  if (event.key === "Escape") return closed(null);
  if (off() || typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const act = act_of(event);
  begun = 0;
  if (!act) return;
  event.preventDefault();
  act();
}

function closed(inside) {
  document.querySelectorAll("details.drop[open]").forEach((one) => {
    if (!inside || !one.contains(inside)) one.removeAttribute("open");
  });
}

// The whole row opens what its link does, but where something else is pressed or a word is being marked.
function row_clicked(target) {
  const row = target.closest("[data-rows] tbody tr");
  if (!row || target.closest("a, button, input, label, select, summary") || String(getSelection())) return;
  row.querySelector("a.row-link, td.code a")?.click();
}

document.addEventListener("keydown", pressed);
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  closed(event.target);
  row_clicked(event.target);
  const opener = event.target.closest("[data-open]");
  if (opener) show(opener.dataset.open);
});
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.id === "keys-on") remember(event.target.checked);
});
