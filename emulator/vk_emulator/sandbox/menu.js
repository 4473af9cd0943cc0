// A small menu beside a button: arrows move, Escape closes and gives the focus back. It must never outlive its button.
import { h, icon } from "./dom.js";

let open = null;

/** `items` are `{label, icon, act, danger}`; an item whose `sure` is given asks once more. */
export function menu(button, items, label = "Действия") {
  const same = open?.button === button;
  close(false);
  if (same) return;
  const box = h("div", { class: "menu", role: "menu", "aria-label": label }, ...items.map(item));
  document.querySelector("main").append(box); // inside a landmark
  put(box, button.getBoundingClientRect());
  button.setAttribute("aria-expanded", "true");
  open = { button, box };
  box.addEventListener("keydown", walk);
  box.firstElementChild.focus();
}

function item({ label, icon: name, act, danger, sure }) {
  let asked = !sure;
  const made = h(
    "button",
    {
      type: "button",
      role: "menuitem",
      tabindex: -1,
      class: danger ? "danger" : "",
      onclick: () => {
        if (!asked) {
          asked = true;
          made.lastElementChild.textContent = sure;
          return;
        }
        close();
        act();
      },
    },
    icon(name),
    h("span", {}, label),
  );
  return made;
}

function put(box, near) {
  const { width, height } = box.getBoundingClientRect();
  const under = near.bottom + height + 8 < innerHeight;
  box.style.top = `${Math.max(8, under ? near.bottom + 4 : near.top - height - 4)}px`;
  box.style.left = `${Math.max(8, Math.min(near.left, innerWidth - width - 8))}px`;
}

function walk(event) {
  const list = [...event.currentTarget.children];
  const at = list.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -at, End: list.length - 1 - at }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (step !== undefined) {
    event.preventDefault();
    list[(at + step + list.length) % list.length].focus();
  }
}

function close(back = true) {
  if (!open) return;
  const { button, box } = open;
  open = null;
  box.remove();
  button.removeAttribute("aria-expanded");
  if (back && button.isConnected) button.focus();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target) && !open.button.contains(event.target)) close(false);
});
addEventListener("resize", () => close(false));
