// The conversation with vk-io: `node tests/node/smoke.mjs http://127.0.0.1:PORT conversation.json`. It prints one line
// of JSON for each step, after everything of the step was done: the director goes on when it has read it.
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { Keyboard, VK, getRandomId } from 'vk-io';

const [base, file] = process.argv.slice(2);
const { community, steps } = JSON.parse(readFileSync(file, 'utf8'));
// vk-io's own agent is for https; with one for http its calls, uploads and long poll all reach the emulator.
const agent = new Agent({ keepAlive: true });
const at = { apiBaseUrl: `${base}/method`, apiLimit: 20, agent };
const vk = new VK({ token: `group-${community}`, pollingGroupId: community, ...at });
let person;

function keyboardOf({ one_time: oneTime, inline, rows }) {
    const builder = Keyboard.builder().oneTime(oneTime).inline(inline);
    rows.forEach((row, number) => {
        if (number) builder.row();
        for (const { kind, label, color, payload, link } of row) {
            if (kind === 'link') builder.urlButton({ label, url: link });
            else if (kind === 'text') builder.textButton({ label, color, payload });
            else builder.callbackButton({ label, color, payload });
        }
    });
    return builder;
}

const actions = {
    async send(context, { text, keyboard }) {
        await context.send(text, keyboard ? { keyboard: keyboardOf(keyboard) } : {});
    },
    async snackbar(context, { text }) {
        await context.answer({ type: 'show_snackbar', text });
    },
    async 'send the photo back'(context, { text }) {
        const [photo] = context.getAttachments('photo');
        const value = Buffer.from(await (await fetch(photo.largeSizeUrl)).arrayBuffer());
        await context.sendPhotos({ value, filename: 'back.png' }, { message: text });
    },
    async 'send a document'(context, { text, title, content }) {
        const source = { value: Buffer.from(content), filename: 'answer.txt' };
        const attachment = await vk.upload.messageDocument({ source, title, peer_id: context.peerId });
        await context.send(text, { attachment });
    },
    async 'send and edit'(context, { text, becomes }) {
        const sent = await context.send(text);
        await sent.editMessage({ message: becomes });
    },
    async reply(context, { text }) {
        await context.reply(text);
    },
    async forward(context, { to, text }) {
        const here = { peer_id: context.peerId, conversation_message_ids: [context.conversationMessageId] };
        const forward = JSON.stringify(here);
        await vk.api.messages.send({ peer_id: to, random_id: getRandomId(), message: text, forward });
    },
};

function seen(context) {
    if (context.is(['message_event'])) {
        return { kind: 'press', peer: context.peerId, from: context.userId, payload: context.eventPayload };
    }
    const attachments = context.attachments.map(({ type }) => type);
    return {
        kind: 'message',
        peer: context.peerId,
        from: context.senderId,
        text: context.text ?? '',
        payload: context.messagePayload,
        attachments: attachments.length ? attachments : undefined,
        action: context.eventType,
        member: context.eventMemberId,
    };
}

async function next(context) {
    const step = steps.shift();
    for (const what of step.does) await actions[what.do](context, what);
    let read = null;
    if (step.person) {
        const { items } = await person.api.messages.getHistory({ peer_id: step.person.peer, count: 10 });
        read = items.map(({ text }) => text);
    }
    console.log(JSON.stringify({ step: step.name, saw: seen(context), read }));
    if (!steps.length) process.exit(0);
    const { person: described } = steps[0];
    if (described) {
        person = new VK({ token: described.token, ...at });
        const { peer: peer_id, text: message } = described;
        await person.api.messages.send({ peer_id, random_id: getRandomId(), message });
    }
}

// A service message of a chat has a kind of its own in vk-io.
for (const kind of ['message_new', 'chat_invite_user', 'message_event']) vk.updates.on(kind, next);
process.on('unhandledRejection', (error) => {
    console.error(error);
    process.exit(1);
});
await vk.updates.startPolling();
