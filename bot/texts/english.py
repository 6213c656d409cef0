"""Every sentence a person reads, in the language they are written in.

Codes (`E-...`) are stable and the same in all languages; they say the cause, then one action.
"""

SENTENCES = {
    # --- the door -------------------------------------------------------------------------------
    "welcome": (
        "**Welcome to {club}.** Holders of {album} get the album in studio quality, votes and "
        "drops. You sign a message: it costs nothing and can move nothing."
    ),
    "verify.page": (
        "Open this page on the device that has your wallet. Its address begins with "
        "**{domain}** and it is valid for 10 minutes. It is yours alone: do not pass it on."
    ),
    "verify.oauth": "The page asks Discord who you are before you sign.",
    "verify.code": (
        "After you sign, the page shows a code of six letters and digits. Send it to me here, "
        "with **I have a code** or as a private message; your wallet is linked only then."
    ),
    "verify.already": (
        "Your wallet {wallet} is linked. I looked again; any change is on its way to you."
    ),
    "knock.verify": (
        "**{club}** is for holders. Show your copy; it is free and takes a minute. "
        "Your request is kept while you do. Already verified in the other chat? Ask for a code "
        "there and send it here."
    ),
    "nowallet": (
        "A wallet is an app that holds your copies, like MetaMask or Rainbow. Get one only from "
        "your phone's app store, never from a link in a chat. When your copy is in it, come back "
        "and press **Verify my copy**."
    ),
    "realbot": (
        "I only ever send you to **{domain}**. I never ask for a payment, a seed phrase or an "
        "approval, and I never write first to offer something. If a page asks for any of that, "
        "close it and tell a moderator."
    ),
    "backstage": (
        "**Backstage.** Moderators open and close votes here; artists post drops by sending me "
        "the audio file in a private message. What only you can mend is told here too."
    ),
    "help": (
        "You can press a button or type a word: **verify** links your wallet, **me** shows what "
        "you hold, **code** gives you a code for the other chat, **drops** and **votes** are "
        "posted in their channels."
    ),
    "gap": "\n\n",
    "space": " ",
    "unclear": "I did not understand that. Type **help** to see what I can do.",
    # --- where a fan stands ---------------------------------------------------------------------
    "access.granted": "**Done.** You hold {copies}. New: **{gates}**.",
    "access.letin": "**You hold {copies}.** I am letting you in now: **{gates}**.",
    "access.knock": (
        "You hold {copies}: **{gates}** is open to you. Ask to join the group (tap its link) and "
        "I let you in at once."
    ),
    "access.same": "You hold {copies}. That keeps **{gates}**; nothing had to change.",
    "access.ended": (
        "**{copy}** left your wallet in block {block}, and that is final now. **{ended}** ended. "
        "Buy or link another copy and it comes back by itself."
    ),
    "access.over": (
        "**{ended}** ended: the wallets you have linked hold no copy that opens it, as of block "
        "{block}. Link the wallet with your copy and it comes back by itself."
    ),
    "access.over.kept": (
        "**{ended}** ended: the wallets you have linked hold no copy that opens it, as of block "
        "{block}. {copies} keeps **{kept}**."
    ),
    "wallet.unproved": (
        "Your wallet {wallet} no longer says yes to the text that linked it, so somebody else may "
        "be able to sign for it now. I unlinked it. If it is still yours, link it again."
    ),
    "access.ended.kept": (
        "**{copy}** left your wallet in block {block}, and that is final now. **{ended}** ended. "
        "{copies} keeps **{kept}**."
    ),
    "access.queue": (
        "Your copy is found. {ahead} changes are ahead of yours and the platform allows about one "
        "a second, so it takes about {seconds} seconds. You need not wait here."
    ),
    "access.waits": (
        "Your copy is found, but I am not allowed to open the door yet. I told the moderators; "
        "it opens by itself once they have acted."
    ),
    "me.linked": "You hold {copies} in {wallet} (block {block}). Open to you: **{gates}**.",
    "me.none": "Your wallet {wallet} holds no copy of {album} at block {block}.",
    "me.unlinked": "No wallet is linked to this account yet.",
    "code.given": (
        "Send this code to me in the other chat within 5 minutes: `{code}`. It works once. "
        "Anyone else who asks you for it is trying to take your access."
    ),
    "code.ask": (
        "Send me the code: the six letters and digits of the page on which you signed, or the "
        "seven that I gave you in the other chat. Never give them to anybody else."
    ),
    "code.proved": "**That is the right code.** Wallet {wallet} is linked to this account.",
    "code.joined": "**Same fan, both chats.** You hold {copies}.",
    # --- drops ----------------------------------------------------------------------------------
    "drop.draft": "**{title}**\n{note}\n\nFor all holders, in every chat of the club. Send it?",
    "drop.sent": "**{title}** is on its way to every chat of the club.",
    "drop.discarded": "Thrown away. Nothing was sent.",
    "drop.new": "**New drop: {title}**\n{note}\n\nFor holders of {album}.",
    "drop.link": (
        "Your player for **{title}**. The link works once, for five minutes, and only for you."
    ),
    "drop.howto": (
        "Send me the audio file in our private chat, with the title in the first line of its "
        "caption and the note below it."
    ),
    # --- votes ----------------------------------------------------------------------------------
    "poll.posted": "**{title}** is announced in every chat. Snapshot: block {block}.",
    "poll.open": (
        "**{title}**\nOne tap votes; you may change it until {closes:time}. Your weight is the "
        "number of copies you held at block {block}: {people} people hold {copies} copies."
    ),
    "poll.open.byhand": (
        "**{title}**\nOne tap votes, and you may change it until a moderator closes the vote. "
        "Your weight is the number of copies you held at block {block}: {people} people hold "
        "{copies} copies."
    ),
    "poll.counted": (
        "Counted: **{choice}**, weight {weight}. You may change it until the vote closes. "
        "Receipt {receipt}."
    ),
    "poll.typed": "Type **vote** and the number of your choice, for example: vote 2",
    "poll.weight": (
        "Your weight here is {weight}: you held {power} copies at block {block}. Copies bought "
        "later count in the next vote."
    ),
    "weight.not_linked": "Your weight is 0: no wallet is linked to this account.",
    "weight.bought_after_block": (
        "Your weight is 0: you hold copies now, but held none at block {block}. They count in "
        "the next vote."
    ),
    "weight.held_nothing": "Your weight is 0: your wallets held no copy at block {block}.",
    "weight.below_minimum": "Your weight is 0: you held fewer copies than this vote asks for.",
    "weight.excluded_address": "Your weight is 0: this vote leaves your wallet's address out.",
    "weight.already_voted_with": (
        "Your weight is 0: your copies were already voted with, by whoever had this wallet "
        "linked before."
    ),
    "poll.closed": "**{title}** is closed. The result is being posted.",
    "poll.ended": "**{title}**\nThis vote is closed.",
    "poll.cancelled": "**{title}** was cancelled: {reason}",
    "poll.result": "**{title}**\n{lines}\n\n{turnout}.",
    "poll.none": "No vote is open.",
    "poll.none.byhand": "No vote is open that a moderator ends; a timed one ends at its time.",
    "poll.pick": "Which vote shall I close?",
    # --- moderators -----------------------------------------------------------------------------
    "unsure.settled": "{count} posts are taken as done; what waited behind them goes on.",
    "retry.done": "{count} waiting changes are on their way again.",
    "form.use": "Use {default}",
    "form.open": "Answer",
    "form.cancel": "Cancel",
    "form.cancelled": "Stopped. Nothing was sent.",
    "form.gone": "This form is no longer open. Please start again.",
    "codenote": " `{code}`",
    # --- what went wrong: the cause, then one action --------------------------------------------
    "E-NOHOLD": "Wallet {wallet} holds {count} copies of {album} at block {block}.",
    "E-EDITION": "You hold {held}. This is for {wanted}.",
    "E-WALLETCHAIN": (
        "Your wallet is set to another network. This club reads {chain}; choose it in your "
        "wallet, then try again."
    ),
    "E-SIG": "The signature is for another site or another text. Nothing was changed.",
    "E-SIWE": (
        "The text to sign cannot be written, for its {part} {reason}. The operator must mend the "
        "club's settings."
    ),
    "E-NONCE": (
        "This text was already used, or opened again in another tab. Nothing was changed; sign "
        "the newest one."
    ),
    "E-EXPIRED": (
        "This link lasted 10 minutes. (For wallets of several owners it is a week.) Ask for a new "
        "one in the chat."
    ),
    "E-CODEOVER": (
        "The code lasted five minutes, and nothing was linked. Ask for a new link in the chat."
    ),
    "E-LINKDEAD": "This link was stopped, and nothing was linked. Ask for a new one in the chat.",
    "E-LINKUNKNOWN": "There is no such link. Ask for a new one in the chat.",
    "E-LINKUSED": "This link has done its work. Ask for a new one to link another wallet.",
    "E-BROWSER": (
        "This link was opened in another browser. If that was not you, close this page and ask "
        "for a new link in the chat."
    ),
    "E-NOTPROVED": "Show first that this account is yours. Load the page again and begin there.",
    "E-PROVED": "That is shown already. Load the page again to go on.",
    "E-PENDING": (
        "This page waits for its code. Send the code to the bot, or ask for a new link in the "
        "chat to use another wallet."
    ),
    "E-NOTYOU": (
        "You are signed in to {platform} as another account. If somebody sent you this link, "
        "close this page: they wanted your copy. Nothing was signed and nothing was linked."
    ),
    "E-STATE": (
        "This way back from Discord was used already, is over, or began in another browser. "
        "Nothing was changed; begin again on the page that the bot gave you."
    ),
    "E-OAUTH": "Discord did not say who you are. Nothing was changed; try it again.",
    "E-DISCORDSIGNIN": "Discord's sign-in cannot be reached. Nothing was changed; try again soon.",
    "E-DISCORDCLIENT": (
        "Discord refuses the club's client id or secret. The operator must look at "
        "STAGEDOOR_DISCORD_CLIENT_ID and STAGEDOOR_DISCORD_CLIENT_SECRET."
    ),
    "E-INITDATA": "Telegram's word could not be checked. Close this page and open it again.",
    "E-NOPENDING": (
        "No sign-in of this account waits for a code. If somebody gave you this code, or asked "
        "you for yours, they are after your copy: tell a moderator."
    ),
    "E-PROOFCODE": (
        "That is not the code on the page where you signed. Look again; tries left: {left}."
    ),
    "E-PROOFOVER": (
        "That was wrong five times, so the sign-in is over and nothing was linked. Begin anew "
        "with **Verify my copy**."
    ),
    "E-WALLETTAKEN": (
        "Wallet {wallet} is already linked to another account of this club. Ask for a code in "
        "the chat where it is linked, and send it here."
    ),
    "E-NOTLINKED": "No wallet is linked to this account yet. Press **Verify my copy** first.",
    "E-HASWALLETS": "This account already has a wallet of its own, so a code cannot join it.",
    "E-SAMECHAT": (
        "This code belongs to a fan who already has a {platform} account here. One fan has one "
        "account in each chat."
    ),
    "E-CODE": "That code is wrong, used, or older than 5 minutes. Ask for a new one.",
    "E-CODETRIES": "Too many wrong codes. Wait {minutes} minutes, then try again.",
    "E-CHAINDOWN": (
        "The chain servers are silent. Your access is unchanged; we retry all the time and tell "
        "you here."
    ),
    "E-HEADSTILL": (
        "The chain has shown no new block for a long time, so what is held now cannot be "
        "said. Access is unchanged; look at the endpoint's status page if it does not pass."
    ),
    "E-RPCDISAGREE": (
        "Two chain servers contradict each other, so nothing is decided until they agree. Access "
        "is unchanged; moderators: look which endpoint of STAGEDOOR_RPC_URLS is wrong."
    ),
    "E-RPCALONE": (
        "Only one chain server answers, and two must agree before anything is taken. Moderators: "
        "look at the endpoints of STAGEDOOR_RPC_URLS."
    ),
    "E-UNREADABLE": (
        "The contract writes transfers that I cannot read, so I cannot say who holds what. Access "
        "is unchanged; moderators: check the contract's kind in the club file."
    ),
    "E-LOGSKIPPED": (
        "Some logs of **{name}** are no transfers that I can read ({reason}); they are left out. "
        "If holders are missing, check the contract's kind in the club file."
    ),
    "E-WALLETNODE": (
        "I could not ask the chain about your wallet's signature just now, so nothing was "
        "decided. Try again in a moment; your link stays good."
    ),
    "E-SLOWKEYS": (
        "Signatures would be checked by {backend} and far too slowly. Install coincurve, as the "
        "lock file says, and start again."
    ),
    "E-NOTREADY": "I am still reading the chain for the first time. Try again in a minute.",
    "E-NOTFINAL": (
        "A copy of yours is on the move. What you have stays as it is until the chain calls that "
        "final."
    ),
    "E-DATABASE": "The club's database cannot be reached. Nothing was changed; try again soon.",
    "E-DATABASESTART": "The embedded database in {folder} does not start: {cause}",
    "E-DISKFULL": "The club's disk is full. Nothing was saved; the operator must make room.",
    "E-STORAGE": "The folder {folder} cannot be written to. The operator must mend that.",
    "E-LISTENLINK": "This link belongs to someone else. Verify your own copy.",
    "E-NODROP": "This drop is no longer here.",
    "E-NOFILE": "The file of this drop is missing. The operator must restore it.",
    "E-NODRAFT": "There is nothing to send. Send me the audio file first.",
    "E-FILEEMPTY": "That file is empty. Send it again.",
    "E-FILETYPE": "That is not audio that I know (MP3, M4A, FLAC, WAV, OGG). Send another file.",
    "E-FILEBIG": (
        "This file is too big for a chat. Send one under {limit} MB; the upload page for bigger "
        "ones is not built yet."
    ),
    "E-NOTARTIST": "Only the club's artists can post drops.",
    "E-NOTMODERATOR": "Only the club's moderators can do that.",
    "E-SNAPSHOT": (
        "At the vote's snapshot (block {block}) your wallets held 0 copies. Copies bought later "
        "count in the next vote."
    ),
    "E-POLLCLOSED": "This vote is closed; nothing was counted.",
    "E-NOPOLL": "There is no such vote.",
    "E-POLLSTATE": "This vote is {state} already. Nothing was changed.",
    "E-POLLNOTYET": "Not before {at:time}, as it was announced.",
    "E-POLLCHOICE": "This vote has no choice {choice}. Press one of its buttons.",
    "E-BELOWMIN": "You held {held} copies; this vote asks for {minimum}.",
    "E-EXCLUDED": "This vote leaves your wallet's address out, as its rules say.",
    "E-CLAIMED": "Your copies were already voted with, by whoever had this wallet linked before.",
    "E-LABEL": "A title or choice is empty, longer than {most} letters, or has hidden letters.",
    "E-CHOICES": "{count} choices are given; a vote needs {least} to {most}.",
    "E-SAMECHOICE": "Two choices read the same: {text}. Leave one out.",
    "E-WINDOW": "The vote would end before it begins. Give another length.",
    "E-POLLRULES": "This version does not know the rule {rule}. Choose another.",
    "E-NOHOLDERS": "Nobody held a copy at block {block}, so nobody could vote.",
    "E-REASON": "Give a reason that people can read, up to {most} letters.",
    "E-BALLOT": "Line {seq} of the log breaks a rule: {why}.",
    "E-REORG": (
        "Block {block}, on which this vote stands, is no longer part of the chain. Cancel the "
        "vote and announce it anew."
    ),
    "E-RECORDS": (
        "A vote's record cannot be written to {folder}: {cause}. The operator must mend that; the "
        "vote closes by itself then."
    ),
    "E-KEYFILE": "The club's key file is damaged or open to others. The operator must mend it.",
    "E-LENGTH": "Give a length such as 2 hours or 3 days (up to {days} days), or: by hand.",
    "E-NOFAN": "There is no such fan any more. Verify your copy again.",
    "E-ROLEPOS": "My role is below **{role}**. Move it above, then press Retry.",
    "E-ROLEGONE": "A role that a gate opens was deleted. Put the new one into the club file.",
    "E-TGRIGHTS": "I need the rights to invite and to ban users in this group.",
    "E-DMCLOSED": "I could not message you. Open me once and press Start.",
    "E-LEFT": "This account is not in the club's server.",
    "E-NOKNOCK": "Ask to join the group first; I let you in at once.",
    "E-DISCORDBUSY": "Discord is busy. It is done as soon as it answers.",
    "E-TELEGRAMBUSY": "Telegram is busy. It is done as soon as it answers.",
    "E-DISCORDTOKEN": (
        "Discord refuses the bot's token. Put a new one into STAGEDOOR_DISCORD_TOKEN."
    ),
    "E-TELEGRAMTOKEN": (
        "Telegram refuses the bot's token. Put a new one into STAGEDOOR_TELEGRAM_TOKEN."
    ),
    "E-PLACE": "The club file names no channel for {place}. Add it, then press Retry.",
    "E-DISCORD": "Discord refused a call ({status}): {detail}",
    "E-DISCORDINTENTS": (
        "Discord does not give this bot the Server Members intent. Switch it on in the developer "
        "portal, or set STAGEDOOR_DISCORD_MEMBERS to false."
    ),
    "E-TELEGRAM": "Telegram refused a call: {detail}",
    "E-TGADMIN": "This person is an administrator of the group, and those I do not remove.",
    "E-TGMOVED": (
        "The group {chat} became a supergroup and is {now} now. Put the new number into the club "
        "file."
    ),
    "E-UNSURE": (
        "I was stopped while posting {subject} and cannot tell whether it is there. Look, and "
        "press Retry only if it is not."
    ),
    "E-RATE": "Too many tries from your network. Wait a minute, then try again.",
    "E-PORT": (
        "Port {port} is in use. Stop the other program, or choose another port (STAGEDOOR_PORT, "
        "or --port for the demo)."
    ),
    "E-LISTEN": "Nothing can listen on {host}, port {port}: {cause}.",
    "E-DEMORUNS": (
        "A demo is running in {folder} already. Stop it, or choose another folder with --data."
    ),
    "E-NOTFOLDER": "{folder} is not a folder. Give another one, or move that file away.",
    "E-SETTINGS": "The setting {key} {cause}.",
    "E-CLUBFILE": "{file}, line {line}: {what}.",
    "E-CLUBFILEREAD": "The club file {file} cannot be read: {cause}.",
    "E-NODE": "The local chain does not start: {cause}",
    "E-BADREQUEST": "That request was not understood. Load the page again.",
    "E-FOREIGN": "That request came from another site and was refused. Nothing was changed.",
    "E-UNKNOWN": "That did not work ({code}). Tell the moderators this code.",
    "E-NOTFOUND": "There is nothing at this address.",
    "E-INTERNAL": (
        "That did not work, through a fault of ours. Nothing was half-saved. Tell the moderators "
        "this number: {reference}."
    ),
}
