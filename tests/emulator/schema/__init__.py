"""Is the emulator like VK? A talk that uses every method, checked against VK's schema and vkbottle-types."""
