// One message as a messenger draws it. All that people wrote goes in as text; it must never ask VK for anything.
import { local } from "./api.js";
import { avatar, h, icon, iconButton } from "./dom.js";
import { inline } from "./keyboard.js";
import { lightbox, voice } from "./media.js";
import { clockTime, gist, kindName, moment, outside, plain, plural, rich, service, size } from "./words.js";

const DEEPEST = 6; // forwards inside forwards are drawn so deep

/** `view` knows names, whether this is a chat and how far others have read; `act` is what a person can do here. */
export function bubble(message, view, act) {
  const number = message.conversation_message_id;
  if (message.action) {
    return h(
      "div",
      { class: "message service", "data-cmid": number },
      h("span", {}, service(message.action, message.from_id, view.name)),
    );
  }
  const own = message.out === 1;
  const who = view.name(message.from_id);
  const named = view.chat && !own;
  const body = h(
    "div",
    { class: "bubble" },
    named && h("b", { class: "who" }, who),
    ...content(message, view, 0),
    meta(message, own, view),
  );
  const column = h("div", { class: "column" }, body, inline(message, act));
  if (message.template) column.append(carousel(message, act));
  return h(
    "article",
    {
      class: `message ${own ? "out" : "in"}`,
      "data-cmid": number,
      "aria-label": `${own ? "Вы" : who}, ${clockTime(message.date)}`,
    },
    view.chat && !own && avatar(message.from_id, who),
    column,
    tools(message, act),
  );
}

function tools(message, act) {
  return h(
    "div",
    { class: "tools" },
    iconButton("reply", "Ответить на сообщение", () => act.reply(message)),
    iconButton("more", "Другие действия", (event) => act.menu(message, event.currentTarget), {
      "aria-haspopup": "menu",
    }),
  );
}

function content(message, view, depth) {
  const parts = [];
  if (message.reply_message) parts.push(replied(message.reply_message, view));
  if (message.text) parts.push(h("div", { class: "text" }, ...rich(message.text)));
  parts.push(...attachments(message.attachments || []));
  if (message.geo) parts.push(place(message.geo.coordinates));
  const forwards = message.fwd_messages || [];
  if (forwards.length && depth < DEEPEST) {
    parts.push(h("div", { class: "forwards" }, ...forwards.map((one) => forwarded(one, view, depth + 1))));
  }
  return parts;
}

function replied(message, view) {
  const shown = h("span", { class: "gist" }, gist(message, view.name));
  const jump = () => view.jump(message.conversation_message_id);
  return h(
    "button",
    { type: "button", class: "quoted", onclick: jump, title: "Показать это сообщение" },
    h("b", {}, view.name(message.from_id)),
    shown,
  );
}

function forwarded(message, view, depth) {
  const head = h("header", {}, h("b", {}, view.name(message.from_id)), h("time", {}, moment(message.date)));
  return h("blockquote", {}, head, ...content(message, view, depth));
}

function meta(message, own, view) {
  const made = h(
    "footer",
    {},
    message.update_time ? "изменено " : null,
    h("time", { title: moment(message.date) }, clockTime(message.date)),
  );
  if (own) made.append(ticks(message.conversation_message_id <= view.read()));
  return made;
}

export function ticks(read) {
  return h(
    "span",
    { class: "ticks", title: read ? "Прочитано" : "Доставлено" },
    icon(read ? "checks" : "check"),
    h("span", { class: "unseen" }, read ? "прочитано" : "доставлено"),
  );
}

// --- attachments -------------------------------------------------------------

function attachments(list) {
  const photos = list.filter((one) => one.type === "photo");
  const rest = list.filter((one) => one.type !== "photo");
  const made = rest.map(({ type, [type]: body }) => attached(type, body || {}));
  if (photos.length)
    made.unshift(
      h("div", { class: `photos count-${Math.min(photos.length, 3)}` }, ...photos.map((one) => photo(one.photo))),
    );
  return made;
}

function photo(body) {
  const largest = body.sizes.reduce((best, one) => (one.width >= best.width ? one : best), body.sizes[0]);
  const address = local(largest.url);
  const image = h("img", {
    src: address,
    alt: "Фотография",
    width: largest.width,
    height: largest.height,
    loading: "lazy",
  });
  return h(
    "button",
    { type: "button", class: "photo", title: "Открыть фотографию", onclick: () => lightbox(address) },
    image,
  );
}

function attached(type, body) {
  if (type === "audio_message") return voice(local(body.link_ogg || body.link_mp3), body.duration, body.waveform);
  if (type === "doc") return documentCard(body);
  if (type === "graffiti") return h("img", { class: "graffiti", src: local(body.url), alt: "Граффити" });
  if (type === "link" && /^https?:/.test(body.url))
    return h("div", { class: "card" }, icon("link"), outside(body.url, body.title || body.url));
  const title = body.title || body.question || (type === "wall" ? plain(body.text) : "");
  return h(
    "div",
    { class: "card" },
    icon(type === "video" ? "play" : "file"),
    h("span", {}, kindName(type), title && h("small", {}, title)),
  );
}

function documentCard(body) {
  const words = [body.ext && body.ext.toUpperCase(), body.size && size(body.size)].filter(Boolean).join(", ");
  return h(
    "a",
    { class: "card", href: local(body.url), download: body.title || "документ" },
    icon("file"),
    h("span", {}, body.title || "Документ", h("small", {}, words)),
  );
}

function place({ latitude, longitude }) {
  const words = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  const address = `https://yandex.ru/maps/?pt=${longitude},${latitude}&z=16`;
  const map = h("span", { class: "map", "aria-hidden": "true" }, icon("place"));
  const link = outside(address, "");
  link.className = "place";
  link.append(map, h("span", {}, "Место на карте", h("small", {}, words)));
  return link;
}

function carousel(message, act) {
  const cards = (message.template.elements || []).map((one) =>
    h(
      "div",
      { class: "slide" },
      h("b", {}, one.title || ""),
      h("p", {}, one.description || ""),
      inline({ ...message, keyboard: { inline: true, buttons: one.buttons.map((button) => [button]) } }, act),
    ),
  );
  return h("div", { class: "carousel" }, ...cards);
}

// --- what the page has sent and VK has not confirmed ----------------------------

export function unsent(waiting, { again, remove }) {
  const failed = waiting.state === "failed";
  const { text, files = [], reply = "", forwards = 0, place: spot } = waiting.shown;
  const body = h(
    "div",
    { class: "bubble" },
    reply && h("div", { class: "quoted" }, h("span", { class: "gist" }, reply)),
    text && h("div", { class: "text" }, ...rich(text)),
    ...files.map((name) => h("div", { class: "card" }, icon("file"), h("span", {}, name))),
    spot && h("div", { class: "card" }, icon("place"), h("span", {}, "Место на карте")),
    forwards
      ? h(
          "div",
          { class: "card" },
          icon("forward"),
          h("span", {}, plural(forwards, "пересланное", "пересланных", "пересланных")),
        )
      : null,
    !failed && h("footer", {}, "отправляется", icon("clock")),
  );
  const column = h("div", { class: "column" }, body);
  if (failed) {
    column.append(
      h(
        "div",
        { class: "failed" },
        icon("warn"),
        h("span", {}, `Не отправлено: ${waiting.why}`),
        h("button", { type: "button", onclick: again }, "Повторить"),
        h("button", { type: "button", onclick: remove }, "Убрать"),
      ),
    );
  }
  return h(
    "article",
    { class: `message out waiting${failed ? " bad" : ""}`, "aria-label": failed ? "Не отправлено" : "Отправляется" },
    column,
  );
}
