const { VK } = require('vk-io');

const vk = new VK({ token: process.env.TOKEN });
vk.updates.on('message_new', async (context) => {
    if (context.text === 'привет') await context.send('Здравствуйте').catch(console.error);
});
vk.updates.start().catch(console.error);
