"""Where a list of comments stands in the panel. It knows nothing of pages, so that a bot at rest may name one."""

from __future__ import annotations

from urllib.parse import urlencode

from features.comments.model.listed import CommentFilter, View

PATH = "/comments"
EVERYWHERE = f"{PATH}/communities"


def link(wanted: CommentFilter, comment: int = 0) -> str:
    """The address of this list of comments, with one of them open."""
    view = wanted.view.value if wanted.view is not View.WAITING else ""
    numbers = [("community", wanted.community), ("post", wanted.post), ("start", wanted.start), ("open", comment)]
    pairs = [("view", view), ("topic", wanted.topic), ("place", wanted.place)]
    said = [(name, str(value)) for name, value in (*pairs, *numbers) if value]
    return f"{PATH}?{urlencode(said)}" if said else PATH
