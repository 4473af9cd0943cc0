"""People, chats and a bot for the tests of any bot. Calls wait for their answer, so a test needs no event loop."""
