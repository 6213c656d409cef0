"""What the doctor says of a club's set-up: that it is well, or the cause and one action."""

CHECKUP = {
    "doctor.settings": "The settings are complete, and keys are checked by libsecp256k1.",
    "doctor.address": "Fans open {address}.",
    "doctor.oauth": "Discord's sign-in shows whose browser it is (OAuth2).",
    "doctor.code": "On {platform} a code goes from the page to the chat.",
    "doctor.club": "{club}: {artists} artists' and {moderators} moderators' accounts.",
    "doctor.embedded": "An embedded PostgreSQL below {folder}; it was not started for this look.",
    "doctor.database": "PostgreSQL {version}, with the newest schema.",
    "doctor.olddatabase": "PostgreSQL {version}; the next start brings its schema up to date.",
    "doctor.folder": "{folder} can be written to.",
    "doctor.endpoint": "It stands on chain {chain} at block {block}.",
    "doctor.album": "It is an ERC-721 at {contract}.",
    "doctor.contract": "It is at {contract} on chain {chain}.",
    "doctor.clock": "This machine's clock goes with the platforms'.",
    "doctor.discord": "{bot} is in {guild}.",
    "doctor.role": "The bot may give it, and it has no power over others.",
    "doctor.role.asked": "A rule asks for it, and the server has it.",
    "doctor.place": "The bot can write there.",
    "doctor.telegram": "The token is @{bot}'s.",
    "doctor.polling": "They are fetched (long polling).",
    "doctor.webhook": "Telegram brings them to {address}.",
    "doctor.group": "{title}: the bot may let people in and go.",
    "doctor.chat": "{title}: the bot can write there.",
    "doctor.chat.asked": "{title}: a rule asks who is in it, and the bot can see that.",
    "E-LOCALURL": (
        "Nobody but this machine can open {address}. Set STAGEDOOR_PUBLIC_URL to the club's https "
        "address before fans come."
    ),
    "E-WEBHOOKPORT": (
        "Telegram brings updates to port 443, 80, 88 or 8443 only, and {address} has another. "
        "Change STAGEDOOR_PUBLIC_URL, or set STAGEDOOR_TELEGRAM_WEBHOOK to false."
    ),
    "E-NOSIGNIN": (
        "On Discord a code goes from the page to the chat, for its sign-in is not set up. Set "
        "STAGEDOOR_DISCORD_CLIENT_ID and STAGEDOOR_DISCORD_CLIENT_SECRET (docs/first-club.md, 9)."
    ),
    "E-NOMODERATOR": (
        "The club file names no moderators, so nobody can hold votes or press Retry. Add "
        "moderators to [club]."
    ),
    "E-RPCSILENT": (
        "Endpoint {number} gave no usable answer ({reason}). Look at its address and its plan in "
        "STAGEDOOR_RPC_URLS."
    ),
    "E-RPCCHAIN": (
        "Endpoint {number} stands on chain {found}, and the club file says {wanted}. Correct "
        "STAGEDOOR_RPC_URLS, or the chain in the club file."
    ),
    "E-RPCFINAL": (
        "Endpoint {number} names no finalized block, so no sold copy would ever end. Put another "
        "endpoint into STAGEDOOR_RPC_URLS."
    ),
    "E-RPCLOGS": (
        "Endpoint {number} does not answer eth_getLogs over {blocks} blocks. Put another one, or "
        "one of a bigger plan, into STAGEDOOR_RPC_URLS."
    ),
    "E-RPCOLD": (
        "The newest block of endpoint {number} is {seconds} seconds old. If the chain is not that "
        "slow, put another endpoint into STAGEDOOR_RPC_URLS."
    ),
    "E-RPCAHEAD": (
        "The newest block of endpoint {number} is {seconds} seconds in the future. Set this "
        "machine's clock by NTP; if it is right, put another endpoint into STAGEDOOR_RPC_URLS."
    ),
    "E-CLOCK": (
        "This machine's clock is {seconds} seconds {way} of the platforms'. Set it by NTP: from a "
        "minute on, sign-ins fail."
    ),
    "E-RPCONE": (
        "There is one endpoint only. Add one of another provider to STAGEDOOR_RPC_URLS, for when "
        "it fails."
    ),
    "E-NOCONTRACT": (
        "There is no contract at {contract} on chain {chain}. Correct its address or its chain in "
        "the club file."
    ),
    "E-NOTERC721": (
        "The contract {contract} does not say that it is an ERC-721. Correct album.contract in "
        "the club file."
    ),
    "E-CLIENTID": (
        "STAGEDOOR_DISCORD_CLIENT_ID is {given}, but the token belongs to the application "
        "{found}. Set it to {found}."
    ),
    "E-BOTRIGHTS": (
        "The bot lacks {rights} in the server. Give it that in Server Settings, Roles."
    ),
    "E-BOTPOWER": (
        "The bot has more power than it needs ({rights}); whoever steals its token has it too. "
        "Take that from its role."
    ),
    "E-PLACEGONE": (
        "The channel {channel} of the place {place} is not there, or the bot does not see it. "
        "Let the bot in, or put the right id into the club file."
    ),
    "E-PLACERIGHTS": (
        "In the channel of the place {place} the bot lacks {rights}. Give it that in the "
        "permissions of the channel."
    ),
    "E-TGUPDATES": (
        "Telegram brings updates to {found} now, and the settings want it otherwise. The next "
        "start changes that; if a start was just made, another service uses this token."
    ),
    "E-TGHOOK": (
        "Telegram could not bring updates: {reason}. Let /telegram/updates through at your proxy."
    ),
    "E-TGCHAT": (
        "The bot is not in the group {chat}, or there is none of this number. Add the bot, or "
        "correct the club file."
    ),
    "E-TGPOST": (
        "The bot may not post in {chat}. Let it in, with the right to post messages; what waits "
        "goes on by itself then."
    ),
    "E-TGNOFORUM": (
        "The club file gives the place {place} a topic, but its group has none. Switch Topics on "
        "in the group, or take the place out of [telegram.topics]."
    ),
}
