"""What people see: cards with their buttons, the screens of residents, and one turn of a conversation."""
