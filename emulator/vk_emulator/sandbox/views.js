// On a narrow screen one thing at a time: people, chats, wall or controls; on a wide one sheets under the tools. It must
// never hide what has the focus without moving it.
import { badge, h, icon } from "./dom.js";

/** What the two sides are called; the page of a bot may know better. */
export const SIDES = { residents: "Человек", officials: "Беседы" };
const VIEWS = [
  ["residents", SIDES.residents, "person"],
  ["officials", SIDES.officials, "house"],
  ["wall", "Стена", "wall"],
  ["tools", "Пульт", "dials"],
];

export class Views {
  constructor(app) {
    this.app = app;
    this.buttons = new Map(
      VIEWS.map(([name, label, picture]) => [
        name,
        h("button", { type: "button", onclick: () => this.show(name) }, icon(picture), h("span", {}, label)),
      ]),
    );
    document.getElementById("views").append(...this.buttons.values());
    this.show("residents");
  }

  show(name) {
    this.shown = this.buttons.has(name) ? name : "residents";
    document.body.dataset.view = this.shown;
    for (const [each, button] of this.buttons) button.setAttribute("aria-current", String(each === this.shown));
    this.app.remember();
    this.app.store.emit("view", this.shown);
  }

  call(sides) {
    for (const [name, words] of Object.entries(sides)) {
      this.buttons.get(name).querySelector("span").textContent = words;
      document.getElementById(name).setAttribute("aria-label", words);
      for (const node of document.querySelectorAll(`[data-side="${name}"]`)) {
        if (node.tagName === "SELECT") node.setAttribute("aria-label", words);
        else node.textContent = words;
      }
    }
  }

  count(residents, officials) {
    for (const [name, sum] of [
      ["residents", residents],
      ["officials", officials],
    ]) {
      const button = this.buttons.get(name);
      button.querySelector(".badge")?.remove();
      const made = badge(sum);
      if (made) button.append(made);
    }
  }
}

const WIDE = matchMedia("(min-width: 900px)");

/** Sheets that open under their buttons on a wide screen; one at a time, Escape closes. Gives a way to add one. */
export function sheets(...tools) {
  const set = (tool, open) => {
    tool.root.classList.toggle("open", open);
    tool.opener.setAttribute("aria-expanded", String(open));
  };
  const fold = () => {
    for (const tool of tools) tool.opener.disabled = !WIDE.matches; // on a narrow screen they stand open
  };
  WIDE.addEventListener("change", fold);
  fold();
  const listen = (tool) =>
    tool.opener.addEventListener("click", () => {
      const open = !tool.root.classList.contains("open");
      for (const each of tools) set(each, each === tool && open);
    });
  tools.forEach(listen);
  document.addEventListener("keydown", (event) => {
    const tool = tools.find((each) => each.root.classList.contains("open"));
    if (event.key !== "Escape" || !tool) return;
    set(tool, false);
    tool.opener.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    for (const tool of tools) if (!tool.root.contains(event.target)) set(tool, false);
  });
  return (tool) => {
    tools.push(tool);
    listen(tool);
    fold();
  };
}
