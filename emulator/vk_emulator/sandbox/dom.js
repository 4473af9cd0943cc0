// Elements and icons, made without a single line of HTML text: what people write can never become markup.
import { plural } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** An element: `on…` properties listen, `true` is an empty attribute, null and false are left out. */
export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** These children in this order. What is there already stays the same element: a finger may be on it. */
export function arrange(parent, nodes) {
  nodes.forEach((node, at) => parent.children[at] === node || parent.insertBefore(node, parent.children[at] || null));
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
}

const PATHS = {
  plus: "M12 5v14M5 12h14",
  send: "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
  reply: "M10 7 4 12l6 5v-3.4c4.5 0 7.5 1.2 10 4.4-.8-5-3.8-8.2-10-8.8z",
  forward: "M14 7l6 5-6 5v-3.4c-4.5 0-7.5 1.2-10 4.4.8-5 3.8-8.2 10-8.8z",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  edit: "M4 20h4L19 9l-4-4L4 16zM13.5 6.5l4 4",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  place: "M12 21s7-6.3 7-11.5a7 7 0 0 0-14 0C5 14.7 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15.5 9.5h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  mic: "M12 14a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4",
  stop: "M7 7h10v10H7z",
  close: "M6 6l12 12M18 6 6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  chevron: "M7 10l5 5 5-5",
  back: "M14 6l-6 6 6 6",
  check: "M5 12.5 10 17l9-10",
  checks: "M2 12.5 6.5 17l8-10M11.5 15.5 13 17l8.5-10",
  keys: "M3 7h18v10H3zM7 10.5h.01M10.5 10.5h.01M14 10.5h.01M17.5 10.5h.01M8 14h8",
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8 6v12M16 6v12",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  wire: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  panel: "M4 5h16v14H4zM4 9.5h16M9.5 9.5V19",
  bot: "M5 9h14v10H5zM12 9V5M12 5h.01M9 13.5h.01M15 13.5h.01M2.5 12.5v3M21.5 12.5v3",
  flag: "M6 21V4h11l-2.5 4L17 12H6",
  skip: "M6 6l7 6-7 6M15 6v12",
  again: "M19 12a7 7 0 1 1-2.2-5.1M17.5 3v4.5H13",
  person: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6",
  house: "M4 20V9l8-5 8 5v11M9 20v-6h6v6M2.5 20.5h19",
  dials: "M5 4v6M5 14v6M12 4v2M12 10v10M19 4v9M19 17v3M3 12h4M10 8h4M17 15h4",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5h.01",
  warn: "M12 4 2.5 20h19zM12 10v5M12 17.5h.01",
  wall: "M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12h5",
  heart: "M12 20s-7.5-4.6-7.5-10.2A4.1 4.1 0 0 1 12 7.4a4.1 4.1 0 0 1 7.5 2.4C19.5 15.4 12 20 12 20z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; its name is for screen readers and the tooltip. */
export function iconButton(name, label, onclick, props = {}) {
  return h(
    "button",
    { type: "button", class: "round", "aria-label": label, title: label, onclick, ...props },
    icon(name),
  );
}

export function badge(count) {
  if (!count) return null;
  const shown = count > 99 ? "99+" : String(count);
  return h(
    "span",
    { class: "badge" },
    h("span", { "aria-hidden": "true" }, shown),
    h("span", { class: "unseen" }, ` (${plural(count, "непрочитанное", "непрочитанных", "непрочитанных")})`),
  );
}

const HUES = [212, 262, 330, 12, 158, 190, 38, 288];

export function avatar(id, name) {
  const letters = name
    .replace(/[«»"]/g, "")
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0] || "")
    .join("");
  const made = h("span", { class: "avatar", "aria-hidden": "true" }, letters.toUpperCase());
  made.style.setProperty("--hue", HUES[Math.abs(id) % HUES.length]);
  return made;
}

/** Arrows, Home and End walk among what a list holds; Tab goes on as everywhere. */
export function walkable(list, items) {
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll(items)];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all.at(-1) }[event.key];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });
  return list;
}

/** Calls at most once in a while, and always after the last wish. */
export function soon(work, wait = 20) {
  let timer = 0;
  return () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      work();
    }, wait);
  };
}
