// The plain page: one person at a time, only through public methods of the emulator. It must hold no rule of VK.
"use strict";

const $ = (id) => document.getElementById(id);
let world = null;
let me = null;
let peer = null;
let names = {};
let attached = [];
let answering = null;
let session = 0;

async function call(name, params = {}) {
  const body = new URLSearchParams({ v: "5.199", ...params });
  const headers = name.startsWith("emulator.") ? {} : { Authorization: `Bearer ${me.token}` };
  const answer = await (await fetch(`/method/${name}`, { method: "POST", body, headers })).json();
  if (answer.error) {
    note(`Ошибка ${answer.error.error_code}: ${answer.error.error_msg}`);
    throw new Error(answer.error.error_msg);
  }
  return answer.response;
}

function note(text) {
  $("note").textContent = text;
  clearTimeout(note.timer);
  note.timer = setTimeout(() => { $("note").textContent = ""; }, 6000);
}

function made(tag, text = "", kind = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

const plain = (text) => text.replace(/\[(?:id|club|public)\d+\|([^\]]+)\]/g, "$1");
const peerName = (id) => names[id] || (id > 2e9 ? `Беседа ${id - 2e9}` : `id${id}`);

async function begin() {
  world = await call("emulator.state");
  for (const user of world.users) {
    names[user.id] = `${user.first_name} ${user.last_name}`;
    $("person").append(new Option(names[user.id], user.id));
  }
  for (const group of world.communities) names[-group.id] = group.name;
  const kept = Number(location.hash.slice(1));
  become(world.users.some((user) => user.id === kept) ? kept : world.users[0].id);
}

function become(id) {
  me = world.users.find((user) => user.id === id);
  $("person").value = id;
  location.hash = id;
  $("about").textContent = me.about;
  peer = -world.communities[0].id;
  attached = [];
  answering = null;
  session += 1;
  listen(session);
  refresh();
}

// --- what is shown ---------------------------------------------------------

async function refresh() {
  const before = session;
  const listed = await call("messages.getConversations", { count: 100, extended: 1 });
  if (before !== session) return;
  const items = listed.items.map((item) => ({ ...item.conversation, last: item.last_message }));
  for (const item of items) if (item.chat_settings) names[item.peer.id] = item.chat_settings.title;
  const known = new Set(items.map((item) => item.peer.id));
  for (const group of world.communities) if (!known.has(-group.id)) items.push({ peer: { id: -group.id } });
  for (const chat of (await call("emulator.state")).chats) {
    const mine = chat.peer_ids[me.token];
    if (!mine) continue;
    names[mine] = chat.title;
    if (!known.has(mine)) items.push({ peer: { id: mine } });
  }
  $("dialogues").replaceChildren(...items.map(dialogue));
  await history(items.find((item) => item.peer.id === peer));
}

function dialogue(item) {
  const button = made("button");
  if (item.unread_count && item.peer.id !== peer) button.append(made("span", item.unread_count, "unread"));
  button.append(made("span", peerName(item.peer.id)), made("small", item.last ? plain(item.last.text) || "…" : "Пока пусто"));
  button.setAttribute("aria-current", item.peer.id === peer);
  button.onclick = () => { peer = item.peer.id; answering = null; refresh(); };
  return button;
}

async function history(conversation) {
  const before = session;
  const shown = peer;
  const got = await call("messages.getHistory", { peer_id: shown, count: 200, extended: 1 });
  if (before !== session || shown !== peer) return;
  const list = $("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60 || list.dataset.peer !== String(peer);
  list.replaceChildren(...got.items.reverse().map(bubble));
  list.dataset.peer = peer;
  if (atEnd) list.scrollTop = list.scrollHeight;
  const keyboard = (conversation || {}).current_keyboard;
  $("menu").replaceChildren(...(keyboard ? rows(keyboard, null) : []));
  if (got.items.length) call("messages.markAsRead", { peer_id: shown });
}

function bubble(message) {
  const item = made("li", "", message.action ? "service" : message.out ? "own" : "");
  if (message.action) {
    item.textContent = `${peerName(message.from_id)}: ${service(message.action)}`;
    return item;
  }
  item.append(made("span", peerName(message.from_id), "who"));
  item.append(made("time", new Date(message.date * 1000).toLocaleTimeString("ru").slice(0, 5) + (message.update_time ? " (изменено)" : "")));
  content(item, message);
  if (message.keyboard && message.keyboard.inline) item.append(...rows(message.keyboard, message));
  item.append(tools(message));
  return item;
}

function content(box, message) {
  if (message.reply_message) box.append(quote(message.reply_message));
  box.append(made("div", plain(message.text)));
  for (const attachment of message.attachments || []) box.append(file(attachment));
  if (message.geo) box.append(made("div", `Место: ${message.geo.coordinates.latitude}, ${message.geo.coordinates.longitude}`));
  for (const forwarded of message.fwd_messages || []) box.append(quote(forwarded));
}

function quote(message) {
  const box = made("blockquote");
  box.append(made("span", peerName(message.from_id), "who"));
  content(box, message);
  return box;
}

function file({ type, [type]: body }) {
  if (type === "photo") {
    const image = made("img");
    image.src = body.sizes[body.sizes.length - 1].url;
    image.alt = "Фотография";
    return image;
  }
  const link = made("a", body.title || { audio_message: "Голосовое сообщение", video: "Видео" }[type] || type);
  if (body.url || body.link_ogg) link.href = body.url || body.link_ogg;
  link.target = "_blank";
  return link;
}

function service(action) {
  const who = action.member_id ? peerName(action.member_id) : "";
  const words = {
    chat_create: `создана беседа «${action.text}»`,
    chat_title_update: `новое название: «${action.text}»`,
    chat_invite_user: `приглашает: ${who}`,
    chat_kick_user: `исключает или покидает: ${who}`,
    chat_invite_user_by_link: "входит по ссылке",
    chat_pin_message: "закрепляет сообщение",
    chat_unpin_message: "открепляет сообщение",
  };
  return words[action.type] || action.type;
}

// --- what a person does ----------------------------------------------------

function rows(keyboard, message) {
  return keyboard.buttons.map((row) => {
    const line = made("div", "", "row");
    line.append(...row.map((button) => key(button, message)));
    return line;
  });
}

function key({ action, color }, message) {
  const button = made("button", action.label || { location: "Отправить место" }[action.type] || action.type, color || "");
  button.type = "button";
  button.onclick = () => press(action, message, button);
  return button;
}

async function press(action, message, button) {
  if (action.type === "open_link") {
    window.open(action.link, "_blank", "noopener");
  } else if (action.type === "callback") {
    button.disabled = true;
    const params = { peer_id: peer, payload: action.payload || "{}" };
    if (message) params.cmid = message.conversation_message_id;
    await call("messages.sendMessageEvent", params).catch(() => {});
    setTimeout(() => { button.disabled = false; }, 3000);
  } else if (action.type === "location") {
    await say({ lat: "55.1644", long: "61.4368", payload: action.payload || "" });
  } else {
    // VK's clients put a mention before the label in chats, so that the bot sees it.
    const group = world.communities[0];
    const mention = peer > 2e9 ? `[club${group.id}|@${group.screen_name}] ` : "";
    await say({ message: mention + action.label, payload: action.payload || "" });
  }
}

async function say(params) {
  await call("messages.send", { peer_id: peer, random_id: Math.floor(Math.random() * 2 ** 31), ...params });
  refresh();
}

function tools(message) {
  const line = made("div", "", "tools row");
  const add = (label, act) => {
    const button = made("button", label);
    button.onclick = act;
    line.append(button);
  };
  add("Ответить", () => { answering = message.conversation_message_id; $("text").focus(); note("Ответ на сообщение"); });
  if (message.out) {
    const cmid = message.conversation_message_id;
    add("Изменить", async () => {
      const text = prompt("Новый текст", message.text);
      if (text) await call("messages.edit", { peer_id: peer, cmid, message: text });
      refresh();
    });
    add("Удалить", async () => {
      await call("messages.delete", { peer_id: peer, cmids: cmid, delete_for_all: 1 });
      refresh();
    });
  }
  return line;
}

async function upload(chosen) {
  const picture = chosen.type.startsWith("image/");
  const server = picture ? "photos.getMessagesUploadServer" : "docs.getMessagesUploadServer";
  const form = new FormData();
  form.append(picture ? "photo" : "file", chosen, chosen.name);
  const { upload_url: url } = await call(server, picture ? {} : { peer_id: peer, type: "doc" });
  const told = await (await fetch(url, { method: "POST", body: form })).json();
  const saved = picture
    ? (await call("photos.saveMessagesPhoto", told))[0]
    : (await call("docs.save", { file: told.file || "", title: chosen.name })).doc;
  attached.push(`${picture ? "photo" : "doc"}${saved.owner_id}_${saved.id}_${saved.access_key}`);
  note(`Приложено: ${chosen.name}`);
}

async function send() {
  const params = { message: $("text").value };
  if (attached.length) params.attachment = attached.join(",");
  if (answering) params.forward = JSON.stringify({ peer_id: peer, conversation_message_ids: [answering], is_reply: true });
  if (!params.message.trim() && !attached.length) return;
  await say(params);
  $("text").value = "";
  attached = [];
  answering = null;
}

// --- news ------------------------------------------------------------------

async function listen(mine) {
  let server = null;
  while (mine === session) {
    try {
      server = server || await call("messages.getLongPollServer");
      const path = "/" + server.server.split("/").slice(1).join("/");
      const response = await fetch(`${path}?act=a_check&key=${server.key}&ts=${server.ts}&wait=25&version=3`);
      clock(response);
      const answer = await response.json();
      if (mine !== session) return;
      if (answer.failed) { server = null; refresh(); continue; }
      server.ts = answer.ts;
      for (const update of answer.updates) if (update[0] === 119) answered(update[1]);
      if (answer.updates.length) refresh();
    } catch {
      server = null;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

function answered({ action }) {
  if (action.type === "show_snackbar") note(action.text);
  if (action.type === "open_link") note(`Открыть ссылку: ${action.link}`);
}

function clock(response) {
  const now = Number(response.headers.get("X-Emulator-Clock"));
  if (now) $("clock").textContent = new Date(now * 1000).toLocaleString("ru").slice(0, 17);
}

$("person").onchange = () => become(Number($("person").value));
$("form").onsubmit = (event) => { event.preventDefault(); send(); };
$("text").onkeydown = (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); } };
$("attach").onclick = () => $("file").click();
$("file").onchange = () => { for (const chosen of $("file").files) upload(chosen); $("file").value = ""; };
$("hour").onclick = () => call("emulator.advanceClock", { seconds: 3600 });
$("day").onclick = () => call("emulator.advanceClock", { seconds: 86400 });
$("down").onchange = () => call("emulator.setFaults", { up: $("down").checked ? 0 : 1 });
$("reset").onclick = async () => { await call("emulator.reset"); refresh(); };
begin();
