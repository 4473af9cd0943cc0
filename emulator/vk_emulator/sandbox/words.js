// How things are said in Russian: times, service messages, links inside a text. It must never decide anything.
import { h } from "./dom.js";

export const ZONE = "Asia/Yekaterinburg"; // the region of the demo; the bot says its times in the same zone

const format = (options) => {
  const made = new Intl.DateTimeFormat("ru", { timeZone: ZONE, ...options });
  return (seconds) => made.format(new Date(seconds * 1000));
};
export const clockTime = format({ hour: "2-digit", minute: "2-digit" });
export const exactTime = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const day = format({ day: "numeric", month: "long" });
export const weekday = format({ weekday: "short", day: "numeric", month: "long" });
export const moment = format({
  day: "numeric",
  month: "long",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
export const weekMoment = format({ weekday: "short", hour: "2-digit", minute: "2-digit" });
export const shortMoment = format({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export function plural(count, one, few, many) {
  const tens = count % 100;
  const last = count % 10;
  if (tens > 10 && tens < 20) return `${count} ${many}`;
  if (last === 1) return `${count} ${one}`;
  return `${count} ${last > 1 && last < 5 ? few : many}`;
}

const MENTION = /\[(?:id|club|public)(\d+)\|([^\]]+)\]/g;

export const plain = (text) => (text || "").replace(MENTION, "$2");

/** The text as nodes: mentions lose their brackets, addresses become links, all else stays text. */
export function rich(text) {
  const parts = [];
  const pattern = /\[(?:id|club|public)\d+\|([^\]]+)\]|(https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)])/g;
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(end, found.index));
    parts.push(found[1] ? h("span", { class: "mention" }, found[1]) : outside(found[2], found[2]));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter(Boolean);
}

export function outside(address, text) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
}

export function service(action, from, name) {
  const who = action.member_id ? name(action.member_id) : "сообщество";
  const self = action.member_id === from;
  switch (action.type) {
    case "chat_create":
      return `${name(from)}: создана беседа «${action.text}»`;
    case "chat_title_update":
      return `${name(from)}: новое название «${action.text}»`;
    case "chat_invite_user":
      return self ? `${who} возвращается в беседу` : `${name(from)} приглашает: ${who}`;
    case "chat_kick_user":
      return self ? `${who} выходит из беседы` : `${name(from)} исключает: ${who}`;
    case "chat_invite_user_by_link":
      return `${name(from)} входит по ссылке`;
    case "chat_pin_message":
      return `${name(from)} закрепляет сообщение`;
    case "chat_unpin_message":
      return `${name(from)} открепляет сообщение`;
    default:
      return `${name(from)}: ${action.type}`;
  }
}

const KINDS = {
  photo: "Фотография",
  doc: "Документ",
  audio_message: "Голосовое сообщение",
  video: "Видео",
  sticker: "Стикер",
  graffiti: "Граффити",
  audio: "Аудиозапись",
  wall: "Запись",
  link: "Ссылка",
  market: "Товар",
  poll: "Опрос",
  story: "История",
};
export const kindName = (type) => KINDS[type] || "Вложение";

/** One line about a message, for the list of chats and for replies. */
export function gist(message, name) {
  if (message.action) return service(message.action, message.from_id, name);
  const text = plain(message.text).replace(/\s+/g, " ").trim();
  if (text) return text;
  const attached = message.attachments || [];
  if (attached.length)
    return attached.length > 1
      ? plural(attached.length, "вложение", "вложения", "вложений")
      : kindName(attached[0].type);
  if (message.geo) return "Место на карте";
  const count = (message.fwd_messages || []).length;
  return count
    ? plural(count, "пересланное сообщение", "пересланных сообщения", "пересланных сообщений")
    : "Сообщение";
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  const kilo = bytes / 1024;
  return kilo < 1024 ? `${Math.round(kilo)} КБ` : `${(kilo / 1024).toFixed(1).replace(".", ",")} МБ`;
}
