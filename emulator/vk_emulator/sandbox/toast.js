// Short notes at the edge of the screen: errors as VK says them, answers to buttons. It must never block anything.
import { VkError } from "./api.js";
import { h, iconButton } from "./dom.js";

const LIFE = 6000;
const MOST = 4;

export function toast(text, { kind = "note", detail = "", action = null } = {}) {
  const box = document.getElementById(kind === "error" ? "alarms" : "toasts");
  const note = h("div", { class: `toast ${kind}` }, h("p", {}, text, detail && h("small", {}, ` ${detail}`)), action);
  note.append(iconButton("close", "Закрыть", () => note.remove()));
  box.append(note);
  const { top } = document.querySelector("main").getBoundingClientRect(); // the tour may stand above it
  box.parentElement.style.setProperty("--main", `${top}px`);
  while (box.children.length > MOST) box.firstElementChild.remove();
  let timer = setTimeout(() => note.remove(), LIFE);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => {
    timer = setTimeout(() => note.remove(), LIFE / 2);
  });
  return note;
}

export function say(error) {
  if (error instanceof VkError) {
    toast(`VK: ошибка ${error.code} — ${error.message}`, { kind: "error", detail: error.method });
  } else {
    toast("VK недоступен: ответа нет.", { kind: "error", detail: error.method || error.message });
  }
}

/** A handler whose failure is told to the person and goes no further. */
export function guarded(work) {
  return async (...given) => {
    try {
      return await work(...given);
    } catch (error) {
      say(error);
      return undefined;
    }
  };
}
