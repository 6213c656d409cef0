"""The sentences of a rule that a moderator tries, applies, and takes back."""

RULE_CHANGES = {
    # --- tried ----------------------------------------------------------------------------------
    "try.ask": "Write the rule as in the club file. Nothing is changed by trying it.",
    "try.already": "**{gate}** has this rule already. There is nothing to apply.",
    "try.same": (
        "**{gate}** with this rule, as of now: nobody gains it and nobody loses it. Nothing was "
        "changed yet; **Apply** lets the rule count. That is possible for 15 minutes."
    ),
    "try.told": (
        "**{gate}** with this rule, as of now:\n"
        "Gain it: {gains}\nLose it: {loses}\nNot known: {unsure}\n"
        "{keeps} keep it, {out} stay outside. Nothing was changed yet. **Apply** lets exactly "
        "this rule count; that is possible for 15 minutes. "
    ),
    "try.ends": (
        "Who gains is let in at once. Who loses is told, and keeps it for {hours} hours; if that "
        "is many, nothing ends until one of you has said so."
    ),
    "try.ends.now": (
        "Who gains is let in at once. Who loses is told, and it ends without a grace; if that is "
        "many, nothing ends until one of you has said so."
    ),
    "try.again": (
        "**Not applied yet.** Since this was tried, the rule of the gate or what people hold has "
        "changed, so look once more.\n"
    ),
    "rules.applied": (
        "Done: **{gate}** has this rule now. I look at everybody; the other moderators are told."
    ),
    "rules.thrown": "Thrown away. Nothing was changed.",
    # --- as it stands ---------------------------------------------------------------------------
    "rules.one": "**{gate}**: `{rule}`\n",
    "rules.file": "**{gate}** (`{id}`) has the rule of the club file:\n`{rule}`",
    "rules.chat": (
        "**{gate}** (`{id}`) has a rule from the chat, set by {who} ({at:time}):\n`{rule}`\n"
        "In the club file stands:\n`{filed}`"
    ),
    "rules.past.set": "\n{at:time}: {who} set `{rule}`",
    "rules.past.back": "\n{at:time}: {who} went back to the club file, `{rule}`",
    "rules.past.overtaken": "\n{at:time}: the club file had changed, and counted from then on",
    # --- what moderators are told ---------------------------------------------------------------
    "rules.changed": (
        "**{gate}** has another rule, set by {who}:\n`{rule}`\nBefore, it was:\n`{previous}`"
    ),
    "rules.changed.back": (
        "**{gate}** has the rule of the club file again, by {who}:\n`{rule}`\n"
        "Before, it was:\n`{previous}`"
    ),
    "rules.overtaken": (
        "**{gate}**: the club file has another rule than when moderators set one in the chat. So "
        "the file counts from now on:\n`{rule}`\nIn the chat was set:\n`{previous}`\n"
        "If you want that again, try it with **rule_try** and apply it."
    ),
    "rules.overtaken.gone": (
        "**{gate}** stands in the club file no more, so its rule from the chat ended with it:\n"
        "`{previous}`"
    ),
}
