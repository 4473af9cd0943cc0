// Questions that need a small dialog: which place on the map, to whom to forward, whom to invite. It must never send
// anything.
import { avatar, h } from "./dom.js";
import { toast } from "./toast.js";

const PLACES = [
  ["Челябинск, центр", 55.1602, 61.4024],
  ["Миасс", 55.0457, 60.1077],
  ["Магнитогорск", 53.4117, 58.9844],
  ["Златоуст", 55.1711, 59.6508],
  ["Копейск", 55.1167, 61.6179],
  ["Увельский", 54.4486, 61.3586],
];

/** Shows a modal dialog and waits: the value that `close(value)` was given, or null after Escape. */
function ask(title, build) {
  return new Promise((done) => {
    let answer = null;
    const box = h("dialog", { class: "ask", "aria-label": title });
    const close = (value) => {
      answer = value;
      box.close();
    };
    box.append(
      h("h2", {}, title),
      ...build(close),
      h("button", { type: "button", class: "plain", onclick: () => close(null) }, "Отмена"),
    );
    box.addEventListener("close", () => {
      box.remove();
      done(answer);
    });
    document.body.append(box);
    box.showModal();
  });
}

function field(label, value, limit) {
  const input = h("input", { type: "number", step: "any", min: -limit, max: limit, required: true, value });
  return [input, h("label", {}, label, input)];
}

export function askPlace() {
  return ask("Место на карте", (close) => {
    const [lat, latLabel] = field("Широта", PLACES[0][1], 90);
    const [long, longLabel] = field("Долгота", PLACES[0][2], 180);
    const choose = (latitude, longitude) => {
      lat.value = latitude;
      long.value = longitude;
    };
    const presets = PLACES.map(([name, latitude, longitude]) =>
      h("button", { type: "button", class: "chip", onclick: () => choose(latitude, longitude) }, name),
    );
    const here = h("button", { type: "button", class: "chip", onclick: () => locate(choose) }, "Где я сейчас");
    const form = h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          close({ lat: lat.value, long: long.value });
        },
      },
      h("div", { class: "chips" }, ...presets, here),
      h("div", { class: "pair" }, latLabel, longLabel),
      h("button", { class: "primary" }, "Отправить место"),
    );
    return [form];
  });
}

function locate(choose) {
  const failed = () => toast("Браузер не сказал, где вы. Выберите место из списка.");
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(({ coords }) => choose(coords.latitude, coords.longitude), failed, {
    timeout: 5000,
  });
  return undefined;
}

/** The peer that a message should be forwarded to. */
export function askDialog(store, account) {
  const groups = store.world.communities.map((group) => -group.id);
  const chats = store.world.chats.map((chat) => chat.peer_ids[`user-${account}`]).filter(Boolean);
  const peers = new Set([...store.accounts.get(account).dialogs.keys(), ...chats, ...groups]);
  const titles = [...peers].map((peer) => [peer, store.title(account, peer)]);
  return ask("Кому переслать?", (close) => [choices(titles, close)]);
}

/** The person who should be invited. */
export function askPerson(store, people) {
  const names = people.map((id) => [id, store.name(id)]);
  return ask("Кого пригласить?", (close) => [choices(names, close)]);
}

function choices(list, close) {
  const made = list.map(([id, name]) =>
    h("button", { type: "button", class: "choice", onclick: () => close(id) }, avatar(id, name), name),
  );
  return h("div", { class: "choices" }, ...made);
}
