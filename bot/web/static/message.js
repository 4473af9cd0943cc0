// The open message: seconds until an answer leaves run down, and then the dialogue shows what became of it. What is being
// written is kept on the server as it is typed, and never touched by what else happens on the page.
"use strict";

// Scripts of one page share their names: these stay here.
{
  const begun = new WeakMap();
  const NEAR = 60;
  const parts = [".stands", ".talk", ".going", ".past"];

  function words(left) {
    return left > 0 ? `уйдёт через ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "уходит";
  }

  function count() {
    let over = false;
    for (const one of document.querySelectorAll("[data-left]")) {
      if (!begun.has(one)) begun.set(one, performance.now());
      const passed = Math.floor((performance.now() - begun.get(one)) / 1000);
      const left = Math.max(0, Number(one.dataset.left) - passed);
      if (one.textContent !== words(left)) one.textContent = words(left);
      over ||= left === 0;
    }
    return over;
  }

  // The dialogue as it is now; forms and their words stay where they are.
  async function grow() {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const talk = document.querySelector(".talk");
    const reads = talk && talk.scrollHeight - talk.scrollTop - talk.clientHeight > NEAR;
    for (const part of parts) {
      const shown = document.querySelector(part);
      const next = page.querySelector(part);
      if (shown && next && part === ".talk") renew(shown, next);
      else if (shown && next) shown.replaceChildren(...next.childNodes);
      else if (shown) shown.remove();
    }
    // Whoever reads further up is left there.
    if (!reads) toTheEnd();
  }

  // A bubble that says the same stays: its voice goes on, its photos are not asked for again.
  function renew(shown, next) {
    const kept = new Map([...shown.children].map((one) => [one.outerHTML, one]));
    shown.replaceChildren(...[...next.children].map((one) => kept.get(one.outerHTML) || one));
  }

  // What was said last is what one answers to.
  function toTheEnd() {
    const talk = document.querySelector(".talk");
    if (talk) talk.scrollTop = talk.scrollHeight;
  }

  let looks = 0;
  let next = 0;
  function tick() {
    clearTimeout(next);
    if (!document.querySelector("[data-left]")) return;
    const over = count();
    if (over && looks < 20 && !document.hidden) {
      looks += 1;
      grow().catch(() => {});
    }
    next = setTimeout(tick, over ? 3000 : 1000);
  }

  // Drafts.
  const PAUSE_MS = 700;
  const timers = new WeakMap();
  const OVER = "Сеанс закончился, слова остаются на этой странице. Войдите снова в соседней вкладке и нажмите ещё раз.";
  const AWAY = "нет связи: слова остаются на этой странице";

  function named(form) {
    return `draft:${form.elements.code.value}:${form.elements.did.value}`;
  }

  // Only what the server may not have yet: this tab gives it back after a reload.
  function beside(form, text) {
    try {
      if (text) sessionStorage.setItem(named(form), text);
      else sessionStorage.removeItem(named(form));
    } catch {
      // A browser that keeps nothing still has the field.
    }
  }

  function say(form, words, bad) {
    const place = form.querySelector("[data-saved]");
    place.textContent = words;
    place.classList.toggle("bad", Boolean(bad));
  }

  // Files go once, with the answer itself.
  function written(form) {
    const data = new FormData(form);
    data.delete("files");
    return data;
  }

  async function send(form) {
    return fetch("/queue/draft", { method: "POST", body: written(form) });
  }

  // After another sign-in this page has the token of a session that is over.
  async function renewed() {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("input[name=csrf]")?.value;
    for (const one of document.querySelectorAll("input[name=csrf]")) one.value = token || one.value;
    return Boolean(token);
  }

  async function save(form) {
    clearTimeout(timers.get(form));
    timers.delete(form);
    const text = form.elements.text?.value || "";
    try {
      let answer = await send(form);
      if ([401, 403].includes(answer.status) && (await renewed())) answer = await send(form);
      if (answer.ok) {
        beside(form, "");
        const area = form.elements.text;
        if (area) area.dataset.kept = text;
        const told = await answer.json();
        say(form, `черновик сохранён в ${told.at}`);
        preview(form, told);
        return true;
      }
      beside(form, text);
      say(form, answer.status === 401 ? OVER : "черновик не сохранён: слова остаются на этой странице", true);
    } catch {
      beside(form, text);
      say(form, AWAY, true);
    }
    return false;
  }

  function soon(event) {
    const form = event.target.closest?.("form[data-draft]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(
      form,
      setTimeout(() => {
        timers.delete(form);
        save(form);
      }, PAUSE_MS),
    );
  }

  async function submitted(event) {
    const form = event.target.closest?.("form[data-draft]");
    if (!form) return;
    if (form.dataset.going === "kept") {
      form.dataset.going = "sent";
      return;
    }
    event.preventDefault();
    if (form.dataset.going) return;
    form.dataset.going = "yes";
    if (await save(form)) {
      form.dataset.going = "kept";
      form.requestSubmit(event.submitter);
    } else delete form.dataset.going;
  }

  // A reload or another page comes sooner than the pause.
  function leave() {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      if (!timers.has(form)) continue;
      beside(form, form.elements.text?.value);
      navigator.sendBeacon("/queue/draft", written(form));
    }
  }

  function fill() {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const area = form.elements.text;
      if (!area) continue;
      area.dataset.kept = area.value;
      let left = null;
      try {
        left = sessionStorage.getItem(named(form));
      } catch {
        // Nothing was kept.
      }
      if (left && left !== area.value) {
        area.value = left;
        form.closest("details").open = true;
        save(form);
      }
    }
  }

  // What was written in another tab meanwhile, where nothing was written here.
  async function follow() {
    if (document.hidden || !document.querySelector("form[data-draft]")) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const area of document.querySelectorAll("form[data-draft] textarea")) {
      const next = page.getElementById(area.id);
      if (next && area.value === area.dataset.kept && next.value !== area.value) {
        area.value = next.value;
        area.dataset.kept = next.value;
      }
    }
  }

  // A canned answer goes into the field and is edited there; the cursor stands where it begins.
  function insert(event) {
    const from = event.target.closest?.("button[data-words]");
    if (!from) return;
    event.preventDefault();
    const area = from.form.elements.text;
    area.setRangeText(from.dataset.words, area.selectionStart, area.selectionEnd, "end");
    from.closest("details.ready").open = false;
    area.focus();
    blanks(area.form);
    save(area.form);
  }

  // Fields for what only a person knows stand there only while the words have a place for it.
  function blanks(form) {
    for (const one of form.querySelectorAll("[data-blank]")) one.hidden = !form.elements.text.value.includes(one.dataset.blank);
  }

  function preview(form, { reads, note }) {
    const place = form.querySelector("[data-reads]");
    if (!place) return;
    place.hidden = !reads;
    place.querySelector(".words").textContent = reads;
    form.querySelector("[data-note]").textContent = note;
  }

  document.addEventListener("click", insert);
  document.addEventListener("input", ({ target }) => target.name === "text" && target.form?.matches("[data-draft]") && blanks(target.form));
  // Somebody has said or done something with the open message.
  document.addEventListener("panel:numbers", ({ detail }) => {
    const open = document.querySelector("[data-version]");
    if (!open || !detail.version || detail.version === open.dataset.version) return;
    open.dataset.version = detail.version;
    grow()
      .then(tick)
      .catch(() => {});
  });
  document.addEventListener("input", soon);
  document.addEventListener("change", soon);
  document.addEventListener("submit", submitted);
  document.addEventListener("visibilitychange", () => follow().catch(() => {}));
  addEventListener("pagehide", leave);

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  fill();
  toTheEnd();
  tick();
}
