"""VK on a laptop: both sides of a community's messages over HTTP, with a clock and faults one can turn. It
must never import anything of the bot, and nothing of the bot may import it."""
