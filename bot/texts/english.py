"""Every sentence a person reads, in the language they are written in.

Codes (`E-...`) are stable and the same in all languages; they say the cause, then one action.
"""

from bot.texts.checkup import CHECKUP
from bot.texts.club_trial import CLUB_TRIAL
from bot.texts.failures import FAILURES
from bot.texts.guests import GUESTS
from bot.texts.rule_changes import RULE_CHANGES
from bot.texts.rules import RULES

SENTENCES = {
    **CHECKUP,
    **CLUB_TRIAL,
    **FAILURES,
    **GUESTS,
    **RULES,
    **RULE_CHANGES,
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
        "close it and tell a moderator. Where your wallet counts is shown at **{domain}/wallet**."
    ),
    "backstage": (
        "**Backstage.** Moderators open and close votes here, read and change what the doors ask, "
        "and see what changed; `why @name` says where a fan stands. Artists post drops by sending "
        "me the audio file in a private message. What only you can mend is told here too."
    ),
    "help": (
        "You can press a button or type a word: **verify** links your wallet, **me** shows what "
        "you hold, **wallets** lists and unlinks your wallets, **privacy** shows what is kept "
        "about you, **code** gives you a code for the other chat. Drops and votes are posted in "
        "their channels."
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
    "access.back": (
        "**{gates}** is open to you again. Press the button and ask to join: I let you in at "
        "once. The link is for you alone and lasts a day."
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
    "access.unmet": (
        "**{ended}** ended: what it asks for is not all there any more, as of block {block}. Ask "
        "**why** to read what is missing; it comes back by itself."
    ),
    "access.unmet.kept": (
        "**{ended}** ended: what it asks for is not all there any more, as of block {block}. Ask "
        "**why** to read what is missing. **{kept}** stays."
    ),
    "access.over.kept": (
        "**{ended}** ended: the wallets you have linked hold no copy that opens it, as of block "
        "{block}. {copies} keeps **{kept}**."
    ),
    "wallet.unproved": (
        "Your wallet {wallet} no longer says yes to the text that linked it, so somebody else may "
        "be able to sign for it now. I unlinked it. If it is still yours, link it again."
    ),
    "wallet.taken": (
        "Your wallet {wallet} does not count for you any more. It was proved by somebody else's "
        "chat account, with its own signature. If that was not you, sign in with the wallet at "
        "**{page}** to see the account and unlink it; you may also link the wallet here again, at "
        "once. If that was you in your other chat, ask for a **code** there and send it here."
    ),
    "wallet.came": (
        "Wallet {wallet} was linked to another account of this club until now. Your signature is "
        "newer, so it counts here from now on. That account was told, and may take the wallet "
        "back with a signature; nobody else may before {at:time}. If that account is yours too, "
        "press **Add my other chat**, and it counts in both."
    ),
    "wallet.expelled": (
        "Your wallet {wallet} was unlinked from this account by its own signature, at **{page}**. "
        "If that was not you, somebody else can sign with your wallet."
    ),
    "account.joined": (
        "The {platform} account @{name} joined you, with a code that was asked for here. Your "
        "wallets count there too now. If that was not you, sign in with your wallet at "
        "**{page}** and take that account out."
    ),
    "account.parted": (
        "This chat account was taken out by the wallet {wallet}, with its signature at "
        "**{page}**. No wallet counts for it any more; to come back, link one here."
    ),
    "wallets.list": "**Your wallets.** They count together.\n{lines}",
    "wallets.none": "No wallet is linked to this account.",
    "wallets.labelled": "Wallet {wallet} is **{label}** from now on.",
    "wallets.unlabelled": "Wallet {wallet} has no name now.",
    "wallets.sure": (
        "Unlink {wallet}? What only this wallet opens for you ends at once, in every chat. "
        "Nothing happens to the wallet itself, and you may link it again."
    ),
    "wallets.unlinked": "Wallet {wallet} is unlinked. Nothing else had to change.",
    "wallets.ends": "Wallet {wallet} is unlinked. **{gates}** ends now.",
    "access.ended.kept": (
        "**{copy}** left your wallet in block {block}, and that is final now. **{ended}** ended. "
        "{copies} keeps **{kept}**."
    ),
    "access.ending": (
        "**{copy}** left your wallet in block {block}, and that is final now. **{ended}** ends in "
        "{hours} hours. Buy or link another copy before then and nothing changes."
    ),
    "access.ending.over": (
        "The wallets you have linked hold nothing that opens **{ended}**, as of block {block}. It "
        "ends in {hours} hours. Link the wallet with your copy before then and nothing changes."
    ),
    "access.ending.unmet": (
        "What **{ended}** asks for is not all there any more, as of block {block}. It ends in "
        "{hours} hours; ask **why** to read what is missing. If it is there before then, nothing "
        "changes."
    ),
    "access.stays.met": "What **{gates}** asks for is there again: it stays open to you.",
    "access.stays": "You hold {copies} again: **{gates}** stays open to you.",
    "access.queue": (
        "Your copy is found. {ahead} changes are ahead of yours, and as the platform took them "
        "lately it takes about {seconds} seconds. You need not wait here."
    ),
    "access.waits": (
        "Your copy is found, but I am not allowed to open the door yet. I told the moderators; "
        "it opens by itself once they have acted."
    ),
    "me.linked": "You hold {copies} in {wallet} (block {block}). Open to you: **{gates}**.",
    "me.none": "Your wallet {wallet} holds no copy of {album} at block {block}.",
    "me.lent": "You hold {copies} (block {block}). Open to you: **{gates}**.",
    "me.own": "{copies}, held by {wallet}.",
    "me.vault": "{copies}, held by your vault {wallet}.",
    "me.vault.elsewhere": (
        "Your vault {wallet} delegates to you, but its copies count for somebody else here: who "
        "linked the vault itself comes first, then the wallet that the vault named first. To "
        "change it, take that delegation back, or link the vault."
    ),
    "me.unlinked": "No wallet is linked to this account yet.",
    # --- what is kept about a person ------------------------------------------------------------
    "privacy.kept": (
        "**What {club} keeps about you**\n\n**Accounts**\n{accounts}\n**Wallets**\n{linked}\n"
        "**Guest lists:** {guest}\n**Doors that I opened to you:** {passes}\n"
        "**Votes that count:** {ballots}\n"
        "**Drops that are open in a browser:** {heard}\n**Open links and codes:** {open}\n"
        "**Waiting to be done or told:** {waiting}\n**Lines in the audit trail:** {audit}\n\n"
        "Only you see this. Other fans never see your wallets, and moderators see at most the "
        "beginning and end of one."
    ),
    "privacy.nothing": "{club} keeps nothing about you.",
    "privacy.file": (
        "Everything that {club} keeps about you, as a file. It holds your wallets and accounts: "
        "do not pass it on."
    ),
    "forget.ask": (
        "**Forget you, for good?**\n**What goes:** your accounts and wallets here, with names and "
        "pictures; {passes} doors that I opened to you, which close now; links, codes and "
        "listening; and your votes that are still open, which are taken back.\n**What stays:** "
        "votes that are closed keep their published record, in which a wallet's address stands "
        "and nobody's name. What is on the chain is on the chain. Your wallets rest as if "
        "unlinked, without your name. The audit trail keeps {audit} lines that no longer say "
        "whose they were.\n\nThis cannot be undone. You may link again later, as a newcomer."
    ),
    "forget.named": (
        "You are an artist or moderator of this club: the operator's club file names your account "
        "and I cannot change that. Ask the operator."
    ),
    "forget.done": (
        "**Done. {club} has forgotten you.** Doors close as fast as the platforms allow, and the "
        "last trace goes with them. Messages that are in your chat already are yours to delete."
    ),
    "forget.nobody": "{club} keeps nothing about you any more.",
    "forget.elsewhere": (
        "You asked in your other chat to be forgotten, so your access here ends. This is the last "
        "that I say without being asked."
    ),
    "code.given": (
        "Send this code to me in the other chat within 5 minutes: `{code}`. It works once. "
        "Anyone else who asks you for it is trying to take your access."
    ),
    "code.ask": (
        "Send me the code: the six letters and digits of the page on which you signed, or the "
        "seven that I gave you in the other chat. Never give them to anybody else. A code of a "
        "guest list has sixteen."
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
    "weight.lent_elsewhere": (
        "Your weight is 0: the vault that delegates to you speaks for somebody else here, who "
        "linked it, or whose wallet it named first."
    ),
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
    "brake.pulled": (
        "**I stopped and ask you.** {fans} of {holders} fans would lose **{gate}** now: {names}. "
        "That is more than usual within an hour, so nothing is taken until one of you decides. If "
        "you did not expect this, look at the chain's endpoints, the club file and **rule** first."
    ),
    "brake.decided": "**{gate}**: a moderator has decided what ends. Nothing is stopped any more.",
    "brake.taken": "{count} fans lose **{gate}** now, and are told why.",
    "brake.waits": "{count} fans keep **{gate}** for another day. Then it is looked at anew.",
    "brake.none": "Nothing of **{gate}** waits for you any more.",
    "brake.names": "These would lose **{gate}**: {names}.",
    "audit.none": "Nothing in the trail fits that.",
    "audit.lines": "**What changed access** (UTC, the newest first)\n{lines}",
    "audit.file": "The trail as a file. It names people: keep it to yourself.",
    "adopt.head": "**Who is inside already.** Nobody is put out by this, whatever you press.",
    "adopt.numbers": (
        "**{role}**: {total} inside. {ours} were let in by me. {holding} more are linked and hold "
        "enough; {lacking} are linked and hold too little; {unsure} I cannot judge now; {unknown} "
        "have linked no wallet."
    ),
    "adopt.ask": (
        "**Adopt the holders**: from now on I look after those who hold enough, as if I had let "
        "them in. The others stay until you remove them."
    ),
    "adopt.none": "No gate of the club file opens anything here.",
    "adopt.done": "{count} are in my care now. Nobody was put out, and nobody was written to.",
    "adopt.remind": (
        "**To everybody who is here already:** show your copy of {album} once, and you stay by "
        "right, vote, and hear the drops. It is free, and takes a minute."
    ),
    "adopt.reminded": "I ask everybody in the place where fans begin.",
    "adopt.noplace": "The club file names no place called start here, so I cannot ask them.",
    "rival.took": (
        "Somebody else took **{role}** from {who}: a moderator, or another bot. I leave it so and "
        "do not fight over it. If that was not meant, press **Give it back**."
    ),
    "rival.gave": (
        "I took **{role}** from {who}, and somebody else gave it back: a moderator, or another "
        "bot. I leave it so. If two bots manage this role, take it from one of them."
    ),
    "rival.back": "{who} gets back whatever the wallets open.",
    "rival.none": "I do not know that account any more.",
    "chat.regained": "I have my rights in {chat} again; what had stopped there goes on.",
    "retry.done": "{count} waiting changes are on their way again.",
    "form.use": "Use {default}",
    "form.open": "Answer",
    "form.cancel": "Cancel",
    "form.cancelled": "Stopped. Nothing was sent.",
    "form.gone": "This form is no longer open. Please start again.",
    "codenote": " `{code}`",
}
