// Our dialogue with vk-io as its documentation writes a bot: a handler of message_new, one call for an answer, states in
// memory. Runs from var/bench, where vk-io is installed.
import { Agent } from 'node:http';
import { Keyboard, VK, getRandomId } from 'vk-io';

const notice =
    'Здравствуйте! Здесь принимают сообщения о проблемах: мы передадим ваше сообщение тем, кто за это отвечает. ';
const consent =
    'Согласие на обработку персональных данных. Цель: передать ваше сообщение в орган, который решает вопрос. ';
const chats = process.env.PLAIN_CHATS.split(',').map(Number);
const token = process.env.PLAIN_TOKEN;
const texts = new Map();
const agreed = new Set();
const vk = new VK({
    token,
    pollingGroupId: Number(token.split('-')[1]),
    apiBaseUrl: process.env.PLAIN_URL.replace(/\/$/, ''),
    apiLimit: 20,
    agent: new Agent({ keepAlive: true }),
});

function buttons(...labels) {
    const rows = labels.map((label) => [Keyboard.textButton({ label, payload: { a: label } })]);
    return { keyboard: Keyboard.keyboard(rows).oneTime(false) };
}

vk.updates.on('message_new', async (context) => {
    const peer = context.peerId;
    if (!context.isUser) return;
    if (agreed.delete(peer)) {
        const number = `${peer}-${context.conversationMessageId}`;
        const message = `${texts.get(peer)}\n№${number}`;
        texts.delete(peer);
        await vk.api.messages.send({ peer_id: chats[peer % chats.length], random_id: getRandomId(), message });
        await context.send(`✅ Приняли.\n№${number}`, buttons('Написать сообщение', 'Кому', 'Мои сообщения', 'Помощь'));
    } else if (texts.has(peer)) {
        agreed.add(peer);
        const preview = `Проверьте, всё ли верно:\n\n${texts.get(peer)}`;
        await context.send(preview, buttons('Отправить', 'Изменить', 'Отмена'));
    } else {
        texts.set(peer, context.text);
        await context.send(notice.repeat(3));
        await context.send(consent.repeat(6), buttons('Даю согласие', 'Не даю'));
    }
});

await vk.updates.startPolling();
