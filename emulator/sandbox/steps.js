// The seven steps of the tour, told by what stands in the dialogues. They must never press anything for a person but an
// example into the field.
import { answerFile, potholePhoto } from "./sample.js";

const HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5. Машины бьют колёса.";
const ANSWER = "Яму засыпали сегодня утром. Спасибо, что написали!";
const number = (message) => message.conversation_message_id;

/** What has happened since the tour began: of one resident and of the chat that got the message. */
export class Progress {
  constructor(app) {
    this.app = app;
    const { account, peer } = app.residents.active;
    this.resident = account;
    this.peer = peer;
    this.home = app.store.dialog(account, peer);
    this.since = this.home.last ? number(this.home.last) : 0;
    this.code = "";
    this.card = null; // {dialog, message}: the newest card, as its official sees it
    this.replied = false;
  }

  begin(step) {
    this.step = step;
    this.from = this.home.last ? number(this.home.last) : 0;
  }

  see({ dialog, message }) {
    if (dialog.account === this.resident) {
      const found = /Номер сообщения: (\S+)/.exec(message.text);
      if (found && number(message) > this.since) this.code = found[1];
      return;
    }
    if (!this.code || this.app.store.person(dialog.account)?.resident) return;
    const chat = this.app.store.chat(dialog.account, dialog.peer);
    if (chat?.owner_id !== dialog.account) return;
    const isCard = message.from_id < 0 && message.text.startsWith("Сообщение №") && message.text.includes(this.code);
    if (isCard && !(chat.cur && this.card)) this.card = { dialog, message };
    if (message.out && message.reply_message && this.card?.dialog === dialog) this.replied = true;
  }

  /** The card may have come before its code was known to us. */
  findCard() {
    if (this.card || !this.code) return this.card;
    for (const account of this.app.store.accounts.values()) {
      for (const dialog of account.dialogs.values()) {
        for (const message of [...dialog.list, dialog.last].filter(Boolean)) this.see({ dialog, message });
      }
    }
    return this.card;
  }

  mine() {
    return this.home.list.filter((one) => one.out && number(one) > this.since);
  }

  heard(part) {
    return this.home.list.some((one) => !one.out && number(one) > this.since && one.text.includes(part));
  }

  wrote() {
    return this.mine().filter((one) => !one.payload && one.text.length > 15).length > 0;
  }

  photo() {
    return this.mine().some((one) => one.attachments.some((each) => each.type === "photo"));
  }

  dialogue() {
    return this.app.dialogue(this.resident, this.peer);
  }

  show() {
    this.app.open(this.resident, this.peer);
  }

  /** The newest button with this label, in the resident's window or in the official's. */
  button(label, root = this.dialogue().root) {
    return [...root.querySelectorAll(".key")].filter((one) => one.textContent === label).at(-1);
  }

  /** Where to look: the thing itself, or on a narrow screen the way to it. */
  at(view, target) {
    if (target?.offsetParent) return target;
    return this.app.views.buttons.get(view);
  }
}

const residentField = (p) => p.at("residents", p.dialogue().composer.root);
const sample = async (p) => {
  p.show();
  const { composer } = p.dialogue();
  composer.insert(HOLE);
  composer.attachments.add([await potholePhoto()]);
};
const sampleAnswer = (p) => {
  const { dialog, message } = p.card;
  const dialogue = p.app.open(dialog.account, dialog.peer);
  dialogue.composer.reply(message);
  dialogue.composer.insert(ANSWER);
  dialogue.composer.attachments.add([answerFile()], "doc");
};
const showCard = (p) => p.app.open(p.card.dialog.account, p.card.dialog.peer);
const cardOpen = (p) => p.card && p.app.officials.dialogue?.dialog === p.card.dialog;

export const STEPS = [
  {
    name: "hello",
    side: "residents",
    title: "Напишите сообществу",
    done: (p) =>
      p.mine().some((one) => one.text === "Даю согласие") ||
      (p.mine().length > 0 && p.heard("Опишите, что случилось")),
    now: (p) =>
      p.button("Даю согласие")
        ? {
            words: "Бот рассказал, кто он и что будет с вашими словами. Нажмите «Даю согласие».",
            target: p.at("residents", p.button("Даю согласие")),
          }
        : {
            words:
              "Вы — житель. Поздоровайтесь с приёмной: нажмите «Начать» или напишите пару слов и отправьте клавишей Enter.",
            target: residentField(p),
            helps: [
              {
                label: "Вставить «Здравствуйте»",
                act: () => {
                  p.show();
                  p.dialogue().composer.insert("Здравствуйте");
                },
              },
            ],
          },
  },
  {
    name: "problem",
    side: "residents",
    title: "Расскажите, что случилось",
    done: (p) => p.wrote() && p.photo(),
    now: (p) => ({
      words: p.wrote()
        ? "Теперь фотография: нажмите плюс рядом с полем или перетащите файл сюда."
        : "Опишите беду простыми словами и приложите фотографию. Можно взять наш пример.",
      target: residentField(p),
      helps: [{ label: "Вставить пример с фото", act: () => sample(p) }],
    }),
  },
  {
    name: "topic",
    side: "residents",
    title: "Выберите тему и место",
    done: (p) => Boolean(p.button("Отправить")),
    now: (p) => ({
      words: "Бот прочитал и предлагает темы. Нажмите ту, что подходит. Если он не понял, где это, подскажите город.",
      target: p.at("residents", p.dialogue().composer.keyboard),
    }),
  },
  {
    name: "send",
    side: "residents",
    title: "Проверьте и отправьте",
    done: (p) => Boolean(p.code),
    now: (p) =>
      p.button("Это другое")
        ? {
            words: "Бот узнал похожее сообщение и предлагает не заводить второго. Чтобы пройти весь путь, нажмите «Это другое».",
            target: p.at("residents", p.button("Это другое")),
          }
        : {
            words: "Всё ли верно? Нажмите «Отправить», и сообщение получит номер.",
            target: p.at("residents", p.button("Отправить")),
          },
  },
  {
    name: "accept",
    side: "officials",
    title: "Теперь вы — ведомство",
    done: (p) => Boolean(p.findCard()?.message.text.includes("Состояние: в работе")) || p.heard("приняли в работу"),
    now: (p) =>
      cardOpen(p)
        ? {
            words:
              "Карточка пришла вместе с вашими словами и фото. Нажмите «Принять»: житель узнает, что вы взялись.",
            target: p.at("officials", p.button("Принять", p.app.officials.root)),
          }
        : {
            words: p.findCard() ? "Сообщение уже в чате ведомства. Откройте его." : "Сообщение идёт в ведомство…",
            target: p.at("officials", p.app.officials.root.querySelector(".pane-head")),
            helps: p.findCard() ? [{ label: "Показать чат ведомства", act: () => showCard(p) }] : [],
          },
  },
  {
    name: "answer",
    side: "officials",
    title: "Ответьте жителю",
    done: (p) => p.replied,
    now: (p) => ({
      words: "Ответьте на карточку: кнопка со стрелкой рядом с ней. Приложите документ, если нужно, и отправьте.",
      target: p.at("officials", p.app.officials.dialogue?.composer.root),
      helps: p.findCard() ? [{ label: "Вставить пример с документом", act: () => sampleAnswer(p) }] : [],
    }),
  },
  {
    name: "time",
    side: "tools",
    title: "Переведите часы",
    done: (p) => p.heard(`Ответ на сообщение №${p.code}`),
    now: (p) => ({
      words:
        "Полминуты ответ ещё можно отменить, потом он уйдёт жителю. Не ждите: переведите часы на час и смотрите на окно жителя.",
      target: p.at("tools", p.app.clock.root),
    }),
  },
  {
    name: "end",
    side: "tools",
    title: "Ответ у жителя",
    finale: true,
    now: (p) => ({
      words:
        "Вот и всё. Теперь ломайте: «Связь» → «VK недоступен» посреди отправки, «Убить» бота, «Не наше» на карточке. Ничего не потеряется.",
      target: p.at("tools", p.app.wire.root),
      helps: [{ label: "Показать ответ", act: () => p.show() }],
    }),
  },
];
