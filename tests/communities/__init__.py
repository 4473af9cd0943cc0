"""Several communities in one process of the bot, on the emulator."""
