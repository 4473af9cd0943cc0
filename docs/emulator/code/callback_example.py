from aiohttp import web


async def serve(emulator, heard):
    """A handler of Callback API on a free port, registered with the emulator; what arrives is put into `heard`."""
    code = emulator.call("groups.getCallbackConfirmationCode", "group-101", group_id=101)["code"]

    async def handle(request):
        event = await request.json()
        if event["type"] == "confirmation":
            return web.Response(text=code)
        heard.append(event)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/vk", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/vk"
    added = emulator.call("groups.addCallbackServer", "group-101", group_id=101, url=url, title="мой бот")
    emulator.call("groups.setCallbackSettings", "group-101", group_id=101, server_id=added["server_id"], message_new=1)
    return runner
