import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { VK } from 'vk-io';

let emulator;
let base;
let bot;

async function call(method, token, params) {
    const body = new URLSearchParams({ v: '5.199', access_token: token, ...params });
    const answer = await (await fetch(`${base}/method/${method}`, { method: 'POST', body })).json();
    assert.ok(!answer.error, JSON.stringify(answer.error));
    return answer.response;
}

async function until(ready) {
    for (let turn = 0; turn < 500; turn += 1) {
        const found = await ready();
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('не дождались');
}

before(async () => {
    const data = mkdtempSync(join(tmpdir(), 'vk-'));
    const command = ['-m', 'vk_emulator', '--port', '0', '--data', data];
    emulator = spawn(process.env.PYTHON ?? 'python', command);
    const [line] = await new Promise((resolve) => {
        createInterface({ input: emulator.stdout }).once('line', (...found) => resolve(found));
    });
    base = line.match(/http:\/\/[\d.:]+/)[0];

    bot = new VK({
        token: 'group-101',
        pollingGroupId: 101,
        apiBaseUrl: `${base}/method`,
        agent: new Agent({ keepAlive: true }),
    });
    bot.updates.on('message_new', async (context) => {
        if (context.text === 'привет') await context.send('Здравствуйте!');
    });
    await bot.updates.startPolling();
});

after(async () => {
    await bot.updates.stop();
    emulator.kill();
});

async function answers(user) {
    const { items } = await call('messages.getHistory', `user-${user}`, { peer_id: -101, rev: 1 });
    return items.filter(({ from_id: from }) => from === -101).map(({ text }) => text);
}

test('it says hello', async () => {
    await call('messages.send', 'user-1001', { peer_id: -101, random_id: 1, message: 'привет' });
    const heard = await until(async () => (await answers(1001)).length && answers(1001));
    assert.deepEqual(heard, ['Здравствуйте!']);
});

test('VK forgets its events, and the bot goes on', async () => {
    const rules = JSON.stringify([{ method: 'longpoll', mode: 'failed', code: 1, times: 1 }]);
    await call('emulator.setFaults', '', { rules });
    await call('emulator.advanceClock', '', { seconds: 1 }); // the parked poll answers at once, the next one fails
    await until(async () => (await call('emulator.state', '', {})).faults.rules[0].used === 1);
    await call('messages.send', 'user-1002', { peer_id: -101, random_id: 1, message: 'привет' });
    const heard = await until(async () => (await answers(1002)).length && answers(1002));
    assert.deepEqual(heard, ['Здравствуйте!']);
});
