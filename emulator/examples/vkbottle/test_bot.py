def test_hello(vk, vk_bot):
    olga = vk.person()
    olga.says("привет")
    assert "Здравствуйте" in olga.hears()
    assert not vk.unknown


def test_vk_is_busy_once(vk, vk_bot):
    vk.fault("messages.send", code=10, times=1)
    olga = vk.person()
    olga.says("привет")
    olga.says("привет")
    olga.hears("Здравствуйте")
