"""The communities beside the home: what each needs, their upkeep in turn, and what holds where nobody runs them."""
