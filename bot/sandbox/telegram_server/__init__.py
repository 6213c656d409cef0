"""A Telegram on this machine: the Bot API for unmodified libraries, and people who chat.

    telegram = LocalTelegram()                      # server.py
    await telegram.start()
    bot = telegram.add_bot(token="42:secret", username="tide_bot", name="Tide")
    group = telegram.add_group("Tide Club")         # owned by a person called Artist
    telegram.make_admin(group, bot)                 # what a doorkeeper needs
    fan = telegram.person(telegram.add_user("fan", "Fan"))
    link = telegram.invite_link(group, creates_join_request=True)
    # ApplicationBuilder().token("42:secret").base_url(telegram.base_url)
    #     .base_file_url(telegram.base_file_url)
    await fan.tap_invite(link)                      # person.py: everything a person can do
    hello = await fan.sees(bot, "Show your copy")
    await fan.press(hello, "Continue")

`state.py` holds what exists, `world.py` finds it; `joining.py`, `posting.py`, `talking.py`,
`pressing.py` and `moderating.py` are the rules; `methods/` is the Bot API by subject, `api.py` its
HTTP face, `webhook.py` and `updates.py` its two ways to a bot; `client_app.py` is what browsers
talk to, and says how.
"""
