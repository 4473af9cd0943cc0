"""One conversation (conversation.json) held by three clients that others wrote: vk_api, vkbottle, vk-io."""
