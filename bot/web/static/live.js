// Numbers that change by themselves. A browser without streams, or a stream that ends, leaves the refresh of each minute.
"use strict";

// Scripts of one page share their names: these stay here.
{
  const place = document.querySelector("[data-live]");

  const SOUND = "danger-sound";
  const title = document.title.replace(/^⚡[^·]*· /, "");
  let dangers = Number(document.title.match(/^⚡ (\d+)/)?.[1] || 0);
  let audio = null;

  function told(event) {
    const numbers = JSON.parse(event.data);
    for (const [name, value] of Object.entries(numbers)) {
      for (const one of document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) one.textContent = value;
    }
    document.dispatchEvent(new CustomEvent("panel:numbers", { detail: numbers }));
    if ("danger" in numbers) warn(Number(numbers.danger.replace(/\D/g, "")), numbers.danger_words);
  }

  // Danger stands in the title of the tab, and may be heard by whoever has switched that on.
  function warn(many, words) {
    document.title = words ? `⚡ ${words} · ${title}` : title;
    for (const one of document.querySelectorAll("[data-danger]")) one.dataset.danger = many ? "yes" : "no";
    if (many > dangers && wanted()) ring();
    dangers = many;
  }

  function wanted() {
    try {
      return localStorage.getItem(SOUND) === "1";
    } catch {
      return false;
    }
  }

  function ring() {
    audio ||= new AudioContext();
    audio.resume().catch(() => {});
    for (const at of [0, 0.35, 0.7]) {
      const tone = audio.createOscillator();
      tone.frequency.value = 880;
      tone.connect(audio.destination);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + at + 0.2);
    }
  }

  function switched(event) {
    if (!(event.target instanceof HTMLInputElement) || !("sound" in event.target.dataset)) return;
    try {
      if (event.target.checked) localStorage.setItem(SOUND, "1");
      else localStorage.removeItem(SOUND);
    } catch {
      // A browser that keeps nothing rings until the page is left.
    }
    if (event.target.checked) ring();
  }

  // What came into the list that is open waits behind a press: nothing jumps under somebody's hands.
  const chosen = document.querySelector(".views a[aria-current] [data-count]");
  const shown = chosen ? whole(chosen.textContent) : 0;

  function whole(text) {
    return Number(text.replace(/\D/g, ""));
  }

  function offer({ detail }) {
    const place = document.querySelector("[data-fresh]");
    if (!place) return;
    // Sent since the page was drawn; or handed on to it, which only its number tells.
    const handed = chosen && chosen.dataset.count in detail ? whole(detail[chosen.dataset.count]) - shown : 0;
    const more = Math.max(handed, Number(detail.fresh || 0));
    place.hidden = more <= 0;
    const word = more % 10 === 1 && more % 100 !== 11 ? "новое" : "новых";
    place.querySelector("button").textContent = `${more} ${word}, показать`;
  }

  document.addEventListener("panel:numbers", offer);
  document.querySelector("[data-fresh] button")?.addEventListener("click", () => location.reload());
  document.addEventListener("change", switched);
  for (const one of document.querySelectorAll("[data-sound]")) one.checked = wanted();

  function listen() {
    const stream = new EventSource(place.dataset.live);
    stream.addEventListener("message", told);
    stream.addEventListener("over", (event) => {
      stream.close();
      if (event.data === "again") location.reload();
    });
    stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED || stream.close());
    addEventListener("pagehide", () => stream.close(), { once: true });
  }

  if (place && "EventSource" in window) listen();
}
