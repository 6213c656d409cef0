"""A Discord on this machine, for the demo and for every test that goes end to end.

    server = LocalDiscord()
    await server.start()
    bot = server.add_application(token="t", name="Doorkeeper")
    club = server.add_guild("Tide Club", bot=bot)
    holder = server.add_role(club, "Holder", color=0x1F8B4C)
    server.add_channel(club, "start-here", category="INFO")
    server.add_channel(club, "listening-room", private_to=[holder])
    fan = server.add_user("fan", "Fan")
    server.join(club, fan)

Point discord.py at it (`discord.http.Route.BASE = server.api_base`,
`discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)`), then act:

    me = server.person(fan, club)
    await me.press(await me.sees("Welcome"), "Verify my copy")
    answer = await me.sees("Open this page")

Where things are: `state` what is known, `world` and `messages` every change with its events,
`sessions` and `gateway` the WebSocket, `rest` and `routes_*` the HTTP side, `interactions` what
buttons, commands and forms start, `limits` and `faults` what makes a client wait, `screen`,
`person` and `view` the people's side, `client_app` their browsers.
"""
