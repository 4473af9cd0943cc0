"""The records of the domain: appeals, chats, officials, the directory, numbers."""
