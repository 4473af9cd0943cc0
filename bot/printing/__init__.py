"""From a drawing to a file that people get: a picture for a chat, a page to print. They must never change a figure."""
