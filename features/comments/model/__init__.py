"""What a comment says and what is asked about one. Pure, as `states` is."""
