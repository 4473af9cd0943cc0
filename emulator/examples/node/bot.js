const VkBot = require('node-vk-bot-api');

const bot = new VkBot(process.env.TOKEN);
bot.command('привет', (ctx) => ctx.reply('Здравствуйте').catch(console.error));
bot.startPolling();
