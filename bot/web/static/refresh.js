// A page that says `data-refresh` is fetched anew and its main part replaced: what was shown stays until the new one is
// here, and nothing is replaced under somebody's hands. A form that says `data-submits` needs no button.
"use strict";

const every = Number(document.querySelector("[data-refresh]")?.dataset.refresh || 0);

function busy() {
  const at = document.activeElement;
  return document.hidden || (at && at.closest("main") && at.matches("select, input, textarea"));
}

async function refresh() {
  if (busy()) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (next && !busy()) document.querySelector("main").replaceChildren(...next.childNodes);
}

if (every) setInterval(() => refresh().catch(() => {}), every * 1000);

// A name is sent when it is one of its list, or was taken away; half of a name waits for the Enter key.
function whole(field) {
  return !field.value || [...field.list.options].some((one) => one.value === field.value);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-submits]");
  // A day is typed digit by digit, and each of them is a change.
  if (form && target.type !== "date" && (!target.list || whole(target))) form.requestSubmit();
});
// Chosen from its list by a press, not typed to its end: the browser says no change until the field is left.
document.addEventListener("input", ({ target, inputType }) => {
  const form = target.closest("form[data-submits]");
  if (form && target.list && target.value && inputType === "insertReplacementText" && whole(target)) form.requestSubmit();
});
for (const one of document.querySelectorAll(".no-script")) one.hidden = true;
