"""Who may do what: chats, officials, rights of both, and how often a person writes."""
