"""What an operator reads of a changed club file before it is used."""

CLUB_TRIAL = {
    "club.same": "Gate {gate} ({id}) stays as it is.",
    "club.new": "New gate {gate} ({id}).",
    "club.gone": "Gate {gate} ({id}) goes; what it opened ends after {hours} hours.",
    "club.changed": "Gate {gate} ({id}) changes.",
    "club.name": "  It is called {after}, no longer {before}.",
    "club.rule.before": "  Rule now:  {rule}",
    "club.rule.after": "  Rule then: {rule}",
    "club.grace": "  The grace is {after} hours, no longer {before}.",
    "club.opens": "  It opens {way}.",
    "club.shuts": "  It opens {way} no more.",
    "club.numbers": (
        "  Gain it: {gains}. Lose it: {loses}. Not known: {unsure}. {keeps} keep it, {out} stay "
        "outside."
    ),
    "club.brake": (
        "  That is more than may end at once: the brake stops it and asks the moderators first."
    ),
    "club.chat.counts": (
        "  Moderators set a rule in the chat ({who}, {when} UTC). The file's rule is the one over "
        "which it was set, so the chat's goes on counting: {rule}"
    ),
    "club.chat.overtaken": (
        "  Moderators set a rule in the chat ({who}, {when} UTC). The changed file has another "
        "one than then, so the file's counts; the moderators are told. The chat's was: {rule}"
    ),
    "club.contract": (
        "Contract {contract} is new. Its history is read after the start; until then what asks "
        "for it is not known, which opens nothing and takes nothing."
    ),
    "club.ways": "{count} accounts have {way} from us, and no gate opens it any more: it ends.",
    "club.people": "{who}: {come} come, {go} go.",
    "club.end": "{fans} fans were looked at. Nothing was changed.",
    "E-NOTRUNNING": (
        "No database runs below {folder}. Start the house first, or set STAGEDOOR_DATABASE_URL; "
        "the changed file is tried on its people."
    ),
    "E-SCHEMA": (
        "The database has the schema of another version. Try the file with the version that "
        "runs, or start this one first."
    ),
}
