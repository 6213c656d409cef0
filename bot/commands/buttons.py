"""The buttons that come back in many replies: verbs first, one primary at most."""

from bot.dialogue import Button, Look

VERIFY = Button("Verify my copy", "verify", look=Look.PRIMARY)
VERIFY_QUIET = Button("Verify my copy", "verify")
NO_WALLET = Button("I have no wallet", "nowallet")
REAL_BOT = Button("Is this the real bot?", "realbot")
ME = Button("What do I hold?", "me")
WHY = Button("Why?", "why")
PRIVACY = Button("What do you keep about me?", "privacy")
DOWNLOAD = Button("Download my data", "download")
FORGET = Button("Forget me", "forget", look=Look.DANGER)
FORGET_YES = Button("Yes, forget me", "forget", "yes", look=Look.DANGER)
KEEP = Button("Keep everything", "me")
CODE = Button("Add my other chat", "code")
ENTER_CODE = Button("I have a code", "join")
OTHER_WALLET = Button("Use another wallet", "verify")
WALLETS = Button("My wallets", "wallets")
NEW_LINK = Button("New link", "verify", look=Look.PRIMARY)
RETRY = Button("Retry", "retry", look=Look.PRIMARY)
IT_IS_THERE = Button("It is there", "unsure")
WAIT_A_DAY = "Wait a day"
TAKE_AWAY = "Take it away"
WHO = "Who?"
NEW_GUEST_CODE = "New code"
NEW_VOTE = Button("New vote", "vote_new", look=Look.PRIMARY)
CLOSE_VOTE = Button("Close a vote", "vote_close")
NEW_DROP = Button("New drop", "drop_new")
APPLY = "Apply"
THROW_AWAY = "Throw away"
ANOTHER_RULE = "Try another rule"
RULE_AGAIN = Button(ANOTHER_RULE, "rule_try")
RULES = Button("Rules", "rule")
GUESTS = Button("Guest lists", "guests")
CHANGES = Button("What changed", "audit")
SHOW_RULE = "Show the rule"
BACK_TO_FILE = "Try the club file's rule"
SEND = Button("Send now", "send", look=Look.PRIMARY)
CHANGE = Button("Change the words", "words")
DISCARD = Button(THROW_AWAY, "discard", look=Look.DANGER)
