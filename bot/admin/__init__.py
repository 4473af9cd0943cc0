"""What an administrator may ask of a running or a stopped bot, as functions of an open database."""
