"""What people read: sentences, words, names of buttons, keyboards, and words of residents made harmless."""
