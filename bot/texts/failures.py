"""What did not happen, by its code: the cause, then one thing to do."""

FAILURES = {
    "E-NOHOLD": "Wallet {wallet} holds {count} copies of {album} at block {block}.",
    "E-VAULTELSEWHERE": (
        "Your own wallets hold no copy that counts here. A vault that delegates to you does, but "
        "its copies count for somebody else: who linked the vault itself comes first, then the "
        "wallet that the vault named first. Take that delegation back, or link the vault."
    ),
    "E-EDITION": "You hold {held}. This is for {wanted}.",
    "E-HOLDTIME": "Held for {held} of {days} days. It opens by itself {opens:time}.",
    "E-RULE": (
        "What this asks for is not all there. Ask **why** in the chat to read what is missing."
    ),
    "E-NOEVIDENCE": (
        "A rule asks for something that I cannot look up yet, so nothing changes by it. The "
        "moderators can change the rule."
    ),
    "E-ROLEASKED": (
        "A rule asks for the role {role}, and the server has none of that id. Copy the role's id "
        "into the club file."
    ),
    "E-TGASKED": (
        "A rule asks who is in this chat, and the bot is no administrator there, so Telegram need "
        "not tell it. Make it one; it needs no right of its own."
    ),
    "E-ROLEUNSEEN": (
        "The chat platform has not told me lately whether the account has that role, or is in "
        "that chat. Nothing changes by it; ask **recheck** in a minute."
    ),
    "E-NOMINT": (
        "I have not seen when a copy was made. Nothing changes by it; the operator must look at "
        "the contract's first_block."
    ),
    "E-BLOCKAHEAD": "That block is not there yet. Nothing changes by it; wait for it.",
    "E-ADDRESS": (
        "That is not an address as wallets write it: a letter or a digit is wrong or missing. "
        "Copy it from your wallet again."
    ),
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
    "E-WALLETCOOL": (
        "Wallet {wallet} went from one account of this club to another a short while ago, and may "
        "go to a third, or there again, from {at:time} on. Only the account it was taken from may "
        "have it back now. Whoever holds it can unlink it at any time at {page}."
    ),
    "E-WALLETCAP": (
        "One fan may link {most} wallets, and that would be more. Unlink one first: type "
        "**wallets** in the chat."
    ),
    "E-FANBUSY": (
        "Something else is being done with your accounts at this very moment. Nothing was "
        "changed; try again."
    ),
    "E-NOWALLET": "Wallet {wallet} is not linked to this account any more. Nothing was changed.",
    "E-WALLETLABEL": "A wallet's name has {most} letters at most. Give a shorter one.",
    "E-NOVISIT": "You are not signed in here any more. Load the page again and sign once more.",
    "E-NOTLINKED": "No wallet is linked to this account yet. Press **Verify my copy** first.",
    "E-SAMECHAT": (
        "This code belongs to a fan who already has a {platform} account here. One fan has one "
        "account in each chat."
    ),
    "E-JOINCOOL": (
        "An account left one of these two fans a short while ago. So that one copy does not serve "
        "people in turns, they can be joined from {at:time} on. Ask for a new code then."
    ),
    "E-CODE": "That code is wrong, used, or older than 5 minutes. Ask for a new one.",
    "E-CODETRIES": "Too many wrong codes. Wait {minutes} minutes, then try again.",
    "E-CHAINDOWN": (
        "The chain servers are silent. Your access is unchanged; we retry all the time and tell "
        "you here. Moderators: if it lasts, `python -m bot doctor` says what each one answers."
    ),
    "E-HEADSTILL": (
        "The chain has shown no new block for a long time, so what is held now cannot be "
        "said. Access is unchanged; look at the endpoint's status page if it does not pass."
    ),
    "E-FINALSTILL": (
        "Blocks come, and none has become final since block {block} an hour ago, so what was sold "
        "ends for nobody. Moderators: if the chain's status page says that all is well, "
        "`python -m bot doctor` names the endpoint of STAGEDOOR_RPC_URLS that stands."
    ),
    "E-RPCDISAGREE": (
        "Two chain servers contradict each other, so nothing is decided until they agree. Access "
        "is unchanged; moderators: look which endpoint of STAGEDOOR_RPC_URLS is wrong."
    ),
    "E-RPCALONE": (
        "Only one chain server answers. Nothing is taken from anybody until two agree. "
        "Moderators: `python -m bot doctor` names the endpoint of STAGEDOOR_RPC_URLS that is away."
    ),
    "E-UNREADABLE": (
        "The contract writes transfers that I cannot read, so I cannot say who holds what. Access "
        "is unchanged; moderators: check the contract's kind in the club file."
    ),
    "E-VIEW": (
        "A contract gave no usable answer when it was asked, so nothing changes by it. "
        "Moderators: check its address and kind in the club file."
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
    "E-NOFINAL": (
        "Two chain servers have not agreed on any block yet, so there is none at which a vote "
        "could count. Moderators: `python -m bot doctor` names an endpoint that is away."
    ),
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
    "E-AUDITWORD": (
        "I do not know {word}. Give a gate's id, a time such as 7d, an @name, or one of: opened, "
        "closed, ending, kept, adopted, wallets, accounts, brake, others, forgotten."
    ),
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
    "E-TRIALGONE": (
        "This try was applied or thrown away, or is older than 15 minutes. Nothing was changed by "
        "your press. See **rule** for what counts, and try the rule again."
    ),
    "E-NOGATE": "There is no gate {gate}. The club has these: {gates}.",
    "E-NONAME": "I know nobody here by the name {name}. Type it as the chat shows it, with the @.",
    "E-NOFAN": "There is no such fan any more. Verify your copy again.",
    "E-ROLEPOS": "My role is below **{role}**. Move it above, then press Retry.",
    "E-ROLEGONE": "A role that a gate opens was deleted. Put the new one into the club file.",
    "E-ROLEALL": (
        "A gate opens @everyone, which everybody has. Put another role into the club file."
    ),
    "E-ROLEMANAGED": (
        "The role **{role}** belongs to Discord or to another bot, and nobody can give it. Put "
        "another role into the club file."
    ),
    "E-ROLEPOWER": (
        "The role **{role}** has power over others ({rights}), so I give it to nobody for a copy. "
        "Take that from the role, then press Retry."
    ),
    "E-ROLEABOVE": (
        "The role **{role}** is not below your own highest role. Let somebody above it choose it."
    ),
    "E-DISCORDGUILD": (
        "I am not in the Discord server **{server}**. Invite me with the address of the guide "
        "(docs/first-club.md), then press Retry."
    ),
    "E-TGRIGHTS": (
        "In the group or channel {chat} I need to be an administrator with the rights to invite "
        "and to ban users. Give me both; what waits goes on by itself then."
    ),
    "E-TGTOPIC": (
        "The topic of the place {place} is not there any more. Put the number of another one into "
        "the club file ([telegram.topics]), start again, then press Retry."
    ),
    "E-TGTOPICCLOSED": (
        "The topic of the place {place} is closed, and I may not write there. Open it, or give me "
        "the right to manage topics; then press Retry."
    ),
    "E-TGBANNED": (
        "A moderator put you out of the group by hand, and I do not undo that. Ask the moderators."
    ),
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
    "E-WEBHOOK": (
        "Only Telegram may bring updates here. If it was Telegram, start the service again: it "
        "then tells Telegram the newest STAGEDOOR_TELEGRAM_WEBHOOK_SECRET."
    ),
    "E-TGADMIN": (
        "{who} is an administrator of the group {chat} and should not be inside any more, but "
        "administrators I cannot remove. Take the rights away, then remove them by hand."
    ),
    "E-TGMOVED": (
        "The group {chat} became a supergroup and is {now} now. I go on there, and nothing is "
        "lost. Put the new number into the club file and start again."
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
    "E-RULEKEPT": (
        "The rule of the gate {gate} that moderators set in the chat on {when} UTC does not fit "
        "the club file any more: {what}. It is: rule = {rule}. Put back into the file what the "
        "rule names, or give the gate another rule there; then the file counts."
    ),
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
