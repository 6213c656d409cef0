"""The sentences of guest lists, for guests and for moderators."""

GUESTS = {
    "guest.in": "**You are on the guest list {list}.** I look at the doors now.",
    "guest.ask": (
        "How many people may use the code, and for how long? It opens whatever the gates of the "
        "club file open to this guest list."
    ),
    "guest.made": (
        "Code {number} of the guest list **{list}**: `{code}`\nIt lets in {places} people until "
        "{until:time}. I show it this once, only to you, and cannot show it again: pass it on to "
        "those you mean. They send it to me with **I have a code**."
    ),
    "guests.none": (
        "No gate asks for a guest list. Put one into a gate's rule with **rule_try**, such as "
        "`rule = {rule}`."
    ),
    "guests.lists": "**Guest lists**\n{lines}",
    "guests.list": "**Guest list {list}**: {count} people.\n{names}",
    "guests.code": "\nCode {number}: {used} of {places} places taken, until {until:time}.",
    "guests.code.over": "\nCode {number}: {used} of {places} places taken, over.",
    "guests.more": "\n… and {count} older codes. Type **guest_off** and a number, such as #1.",
    "guest.stopped": "Nobody enters code {number} of **{list}** any more. Who is in stays.",
    "guest.code.off": (
        "Nobody enters code {number} of **{list}** any more, and the {count} people whom it let "
        "in are off the list. What it opened to them ends after the gate's grace."
    ),
    "guest.off": (
        "{name} is off the guest list **{lists}**. What it opened ends after the gate's grace."
    ),
    "me.open": "Open to you without one: **{gates}**.",
    "me.guest": "You are on the guest list **{lists}**. Open to you: **{gates}**.",
    "access.granted.met": "**Done.** New: **{gates}**.",
    "access.letin.met": "**You may enter.** I am letting you in now: **{gates}**.",
    "access.knock.met": (
        "**{gates}** is open to you. Ask to join the group (tap its link) and I let you in at "
        "once."
    ),
    "access.same.met": "**{gates}** is open to you; nothing had to change.",
    "E-GUESTCODE": (
        "That is no code of a guest list, or it is over, or all its places are taken. Ask "
        "whoever gave it to you for a new one."
    ),
    "E-GUESTLIST": "No gate asks for the guest list {list}. The club file names: {lists}.",
    "E-GUESTNUMBER": ("Write whole numbers: people from 1 to {people}, days from 1 to {days}."),
    "E-GUESTNONE": (
        "There is nobody and no code to take off. Type **guests** to see who is on which list."
    ),
}
