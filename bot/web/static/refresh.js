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

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submits]");
  if (form) form.requestSubmit();
});
for (const one of document.querySelectorAll(".no-script")) one.hidden = true;
