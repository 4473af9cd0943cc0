"""Methods of VK that the emulator lacks and a community may call (schema of 5.199): an error says whose fault it is."""

from __future__ import annotations

from vk_emulator.api.people_only import PEOPLE_ONLY

SECTIONS = {
    "groups": "addAddress deleteAddress editAddress setUserNote",
    "market": "editOrder getGroupOrders getOrderItems",
    "messages": "getImportantMessages getIntentUsers",
    "photos": "getOwnerCoverPhotoUploadServer saveOwnerCoverPhoto",
    "utils": "getLinkStats",
}
FOR_COMMUNITIES = frozenset(f"{section}.{name}" for section, names in SECTIONS.items() for name in names.split())


def why(name: str) -> str:
    """For the field `emulator` of an error, which VK does not have."""
    if name in FOR_COMMUNITIES or name in PEOPLE_ONLY:
        return f"VK has {name}, vk-emulator does not"
    return f"neither vk-emulator nor the schema of VK 5.199 knows {name[:60]}"
