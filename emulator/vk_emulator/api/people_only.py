"""Methods that VK gives to people and not to communities (`access_token_type` of the schema, 5.199;
account, apps, friends and status of 5.131), whether they are here or not: a community gets 27. It must hold nothing
else.
"""

from __future__ import annotations

SECTIONS = {
    "account": (
        "ban changePassword getActiveOffers getAppPermissions getBanned getCounters getInfo getProfileInfo "
        "getPushSettings registerDevice saveProfileInfo setInfo setOffline setOnline setPushSettings setSilenceMode "
        "unban unregisterDevice"
    ),
    "apps": "get getCatalog getFriendsList getLeaderboard getScopes getScore sendRequest",
    "database": (
        "getChairs getCities getCitiesById getCountries getCountriesById getFaculties getMetroStations "
        "getMetroStationsById getRegions getSchoolClasses getSchools getUniversities"
    ),
    "docs": "add delete edit get getTypes getUploadServer restore",
    "friends": (
        "add addList areFriends delete deleteAllRequests deleteList edit editList get getAppUsers getByPhones "
        "getLists getMutual getOnline"
    ),
    "groups": (
        "addLink approveRequest ban create deleteLink editLink editManager get getAddresses getCatalogInfo "
        "getInvitedUsers getInvites getRequests getSettings invite join leave removeUser reorderLink search "
        "toggleMarket unban"
    ),
    "market": (
        "add addAlbum addProperty addPropertyVariant addToAlbum createComment delete deleteAlbum "
        "deleteComment deleteProperty deletePropertyVariant edit editAlbum editComment editProperty "
        "editPropertyVariant filterCategories get getAlbumById getAlbums getById getCategories getComments "
        "getOrders getProductPhotoUploadServer getProperties groupItems removeFromAlbum reorderAlbums "
        "reorderItems report reportComment restore restoreComment saveProductPhoto saveProductPhotoBulk "
        "search searchItems searchItemsBasic ungroupItems"
    ),
    "messages": (
        "addChatUser addChatUsers allowMessagesFromGroup denyMessagesFromGroup getChat getChatPreview "
        "getLastActivity getReactionsAssets joinChatByInviteLink markAsImportant markReactionsAsRead "
        "muteChatMentions"
    ),
    "photos": (
        "confirmTag copy createAlbum createComment delete deleteAlbum deleteComment edit editAlbum "
        "editComment get getAlbums getAlbumsCount getAll getAllComments getById getComments "
        "getMarketAlbumUploadServer getNewTags getOwnerPhotoUploadServer getTags getUploadServer "
        "getUserPhotos getWallUploadServer makeCover move putTag removeTag reorderAlbums reorderPhotos report "
        "reportComment restore restoreComment save saveMarketAlbumPhoto saveOwnerPhoto saveWallPhoto search"
    ),
    "polls": "addVote create deleteVote edit getBackgrounds getById getPhotoUploadServer getVoters savePhoto",
    "status": "get set",
    "users": "getFollowers getSubscriptions report search",
    "utils": "deleteFromLastShortened getLastShortenedLinks",
    "video": (
        "add addAlbum addToAlbum createComment delete deleteAlbum deleteComment edit editAlbum editComment "
        "get getAlbumById getAlbums getAlbumsByVideo getComments getLongPollServer getThumbUploadUrl "
        "liveGetCategories removeFromAlbum reorderAlbums reorderVideos report reportComment restore "
        "restoreComment save saveUploadedThumb search startStreaming stopStreaming unpinComment"
    ),
    "wall": (
        "checkCopyrightLink delete deleteComment edit editAdsStealth editComment get getById getComment "
        "getComments getReposts parseAttachedLink pin post postAdsStealth reportComment reportPost repost "
        "restore restoreComment search unpin"
    ),
}
PEOPLE_ONLY = frozenset(f"{section}.{name}" for section, names in SECTIONS.items() for name in names.split())
