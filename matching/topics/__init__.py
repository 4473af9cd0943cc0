"""What a text is about: its topics by the words of the directory, several problems of one message."""
