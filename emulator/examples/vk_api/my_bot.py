import vk_api
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll


def main(token: str, group: int) -> None:
    vk = vk_api.VkApi(token=token)
    for event in VkBotLongPoll(vk, group).listen():
        if event.type == VkBotEventType.MESSAGE_NEW and event.obj.message["text"] == "привет":
            answer(vk, event.obj.message["peer_id"])


def answer(vk: vk_api.VkApi, peer: int) -> None:
    try:
        vk.method("messages.send", {"peer_id": peer, "random_id": 0, "message": "Здравствуйте"})
    except vk_api.VkApiError as error:
        print(error)
