// Many messages at once: ticks are counted, seconds to take it back run down, and then it is told how far it has come.
"use strict";

// Scripts of one page share their names: these stay here.
{
  const bulk = document.querySelector("#bulk");
  const boxes = () => [...document.querySelectorAll('input[name="code"][type="checkbox"]')];

  function ticks() {
    const many = boxes().filter((one) => one.checked).length;
    const every = document.querySelector("[data-every]");
    if (every) {
      every.checked = many > 0 && many === boxes().length;
      every.indeterminate = many > 0 && !every.checked;
    }
    const all = bulk?.querySelector("[name=all]");
    const told = bulk?.querySelector("[data-ticked]");
    if (told) told.textContent = all?.checked ? `Все ${all.dataset.many}` : many ? `Отмечено ${many}` : "Отмеченные:";
    const button = document.querySelector("[data-verb]");
    if (button) {
      button.textContent = `${button.dataset.verb} ${many}`;
      button.disabled = many === 0;
    }
  }

  function changed({ target }) {
    if (!(target instanceof HTMLInputElement)) return;
    if ("every" in target.dataset) for (const one of boxes()) one.checked = target.checked;
    ticks();
  }

  // The lines about presses.
  const AGAIN_MS = 1500;
  const begun = new WeakMap();
  let looks = 0;

  function clock(left) {
    return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }

  function left(one) {
    if (!begun.has(one)) begun.set(one, performance.now());
    return Math.max(0, Number(one.dataset.seconds) - Math.floor((performance.now() - begun.get(one)) / 1000));
  }

  async function look() {
    const place = document.querySelector("[data-presses]");
    const answer = await fetch(place.dataset.presses, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.childNodes);
  }

  async function tick() {
    const counts = [...document.querySelectorAll("[data-seconds]")];
    for (const one of counts) one.textContent = clock(left(one));
    const over = counts.some((one) => left(one) === 0) || (!counts.length && document.querySelector("[data-going]"));
    if (over && !document.hidden && looks < 400) {
      looks += 1;
      await look().catch(() => {});
    }
    if (document.querySelector("[data-going]")) setTimeout(tick, over ? AGAIN_MS : 1000);
  }

  for (const one of document.querySelectorAll("[data-every]")) one.hidden = false;
  document.addEventListener("change", changed);
  addEventListener("pageshow", ticks);
  ticks();
  tick();
}
