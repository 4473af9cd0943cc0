"""The life of one appeal: its statuses, moves, clocks and answers, and the small dialogues of officials about it."""
