"""Methods of VK that the emulator lacks and a community may call (schema of 5.199): an error says whose fault it is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from vk_emulator.api.people_only import PEOPLE_ONLY

SECTIONS = {
    "groups": "addAddress deleteAddress editAddress setUserNote",
    "market": "editOrder getGroupOrders getOrderItems",
    "messages": "getImportantMessages getIntentUsers",
    "photos": "getOwnerCoverPhotoUploadServer saveOwnerCoverPhoto",
    "utils": "getLinkStats",
}
FOR_COMMUNITIES = frozenset(f"{section}.{name}" for section, names in SECTIONS.items() for name in names.split())


def why(name: str, known: Iterable[str] = ()) -> str:
    """Why there is no such method, for the field `emulator` of an error, which VK does not have; a slip of the pen is
    told what is `known`."""
    if name in FOR_COMMUNITIES or name in PEOPLE_ONLY:
        return f"VK has {name}, vk-emulator does not"
    alike = get_close_matches(name[:60], known, 1, cutoff=0.8)
    meant = f"; did you mean {alike[0]}?" if alike else ""
    return f"neither vk-emulator nor the schema of VK 5.199 knows {name[:60]}{meant}"
