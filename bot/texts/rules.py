"""The sentences of `/why`: what a rule asks, what was found, what would change it.

They say neither "you" nor "they": a fan reads them of themselves, a moderator of a fan.
"""

RULES = {
    # --- what is asked --------------------------------------------------------------------------
    "rule.all": "all of these:",
    "rule.any": "one of these:",
    "rule.at_least": "{needed} or more of these:",
    "rule.not": "this must not be:",
    "rule.holds": "{least} or more of {contract}",
    "rule.holds.upto": "{least} to {most} of {contract}",
    "rule.token_ids": "{least} or more of {contract}, numbered {ids}",
    "rule.token_ids.upto": "{least} to {most} of {contract}, numbered {ids}",
    "rule.tier": "{least} or more of {contract}, of the tier {tier}",
    "rule.tier.upto": "{least} to {most} of {contract}, of the tier {tier}",
    "rule.trait": "{least} or more of {contract} with {traits}",
    "rule.trait.upto": "{least} to {most} of {contract} with {traits}",
    "rule.held_at": "{least} or more of {contract} at block {block}",
    "rule.held_at.upto": "{least} to {most} of {contract} at block {block}",
    "rule.erc20": "{least} {contract} or more",
    "rule.erc20.upto": "{least} to {most} {contract}",
    "rule.votes_at": "{least} or more votes of {contract} at block {block}",
    "rule.votes_at.upto": "{least} to {most} votes of {contract} at block {block}",
    "rule.mint_rank.tokens": "one of the first {first} that were made of {contract}",
    "rule.mint_rank.wallets": "one of the first {first} wallets that {contract} was made for",
    "rule.minted_before.block": "{min} or more of {contract}, made before block {block}",
    "rule.minted_before.time": "{min} or more of {contract}, made before {time:time}",
    "rule.held_continuously": "{min} or more of {contract}, held for {days} days without a break",
    "rule.held_through": (
        "{min} or more of {contract}, held at every block from {block_first} to {block_last}"
    ),
    "rule.expiring_key": "a key of {contract} that is not over",
    "rule.allowlist": "a wallet on the list {list}",
    "rule.denylist": "no wallet on the list {list}",
    "rule.linked": "an account of {platform}, linked here",
    "rule.role": "the role {id} of the server",
    "rule.chat": "a place in the chat {id}",
    "rule.code": "on the guest list {name}",
    "rule.across.any": ", in one wallet",
    "rule.across.max": ", in the wallet that has the most",
    # --- what was found -------------------------------------------------------------------------
    "found.amount": ". Found: {amount}",
    "found.copies": ". Found: {amount} ({copies})",
    "found.others": ". Found: {amount}; held are {copies}",
    "found.place": ". Found: place {place}",
    "found.nomint": ". Found: none",
    "found.over": ". It was over {time:time}",
    "found.wallet": ". Found: {wallet}",
    "found.nowallet": ". Found: none",
    "found.guest": " since {time:time}",
    # --- what would change it -------------------------------------------------------------------
    "change.more": ", {amount} missing",
    "change.fewer": ", {amount} too many",
    "change.opens": ". Opens by itself {time:time}",
    "change.ends": ". Good until {time:time}",
    # --- another rule, tried --------------------------------------------------------------------
    "try.ask": "Write the rule as in the club file. Nothing is changed by trying it.",
    "try.same": "**{gate}** with this rule: nobody gains it and nobody loses it.",
    "try.told": (
        "**{gate}** with this rule, as of now:\n"
        "Gain it: {gains}\nLose it: {loses}\nNot known: {unsure}\n"
        "{keeps} keep it, {out} stay outside. Nothing was changed. To change it, the operator "
        "puts the rule into the club file and starts again."
    ),
    # --- the frame ------------------------------------------------------------------------------
    "recheck.own": "I looked again. What should be open to you is on its way once more.",
    "recheck.of": "I looked at {name} again. What should be open is on its way once more.",
    "why.unlinked": "No wallet is linked to this account, so nothing can be looked up.",
    "why.of": "**{name}**, wallets: {wallet}\n",
    "why.gate.yes": "\n**{gate}**: open.",
    "why.gate.no": "\n**{gate}**: shut.",
    "why.gate.unknown": "\n**{gate}**: nobody can say now, so nothing changes.",
    "why.line.yes": "\n{indent}Yes: ",
    "why.line.no": "\n{indent}No: ",
    "why.line.unknown": "\n{indent}Not known: ",
    "why.because": ". ",
    "why.more": "\n… and {count} more lines.",
    "why.block": "\nLooked at block {block} ({time:time}), final.",
    "why.block.new": "\nLooked at block {block} ({time:time}), not final yet.",
}
