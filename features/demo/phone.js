'use strict';

const NAMES = { cur: 'ЦУР', agency: 'орган', municipality: 'администрация', reader: 'руководитель' };
const talk = document.getElementById('talk');
const text = document.getElementById('text');
let drawn = '';

async function ask(path, what) {
    const answer = await fetch(path, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what),
    });
    const told = answer.status < 500 || answer.status === 503;
    if (!answer.ok) throw new Error(told ? await answer.text() : 'Подождите минуту: всё начинается заново.');
    return answer.json();
}

function draw({ talk: messages, panel }) {
    const now = JSON.stringify(messages);
    if (now === drawn) return;
    drawn = now;
    talk.replaceChildren(...messages.flatMap((message, index) => {
        const said = document.createElement('p');
        said.textContent = message.text;
        said.className = message.mine ? 'mine' : '';
        return index === messages.length - 1 && message.buttons.length ? [said, buttons(message)] : [said];
    }));
    document.getElementById('panel').replaceChildren(...panel.map(way));
    talk.lastElementChild?.scrollIntoView();
}

function buttons(message) {
    const row = document.createElement('div');
    row.append(...message.buttons.map((label, place) => button(label, () => act({ press: message.id, place }))));
    return row;
}

function button(label, then) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.addEventListener('click', then);
    return made;
}

function way(role) {
    return button(`Панель: ${NAMES[role]}`, async () => {
        const { url, error } = await ask('panel', { role });
        if (url) window.location.assign(url);
        else window.alert(error);
    });
}

async function act(what) {
    try {
        draw(await ask('act', what));
    } catch (error) {
        if (Object.keys(what).length) window.alert(error.message);
        else if (!drawn) talk.textContent = error.message;
    }
}

document.getElementById('form').addEventListener('submit', (event) => {
    event.preventDefault();
    const said = text.value.trim();
    text.value = '';
    if (said) act({ text: said });
});
setInterval(() => act({}), 1500);
act({});
