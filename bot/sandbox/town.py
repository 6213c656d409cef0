"""The people and places of the demo: one Discord server, one Telegram group, five people."""

from dataclasses import dataclass

from bot.sandbox.chain.wallets import ARTIST, MARKET
from bot.sandbox.discord_server.server import LocalDiscord
from bot.sandbox.page.world import DemoPerson, Role
from bot.sandbox.telegram_server.server import LocalTelegram

BOT_NAME = "Stagedoor"
_PEOPLE: tuple[tuple[str, str, Role, str, str], ...] = (
    ("fan", "Fan", "fan", "#c2562d", "holder"),
    ("fan2", "Second fan", "second fan", "#2d6fc2", "second_holder"),
    ("newcomer", "Newcomer", "newcomer", "#6b7480", "newcomer"),
    ("artist", "Artist", "artist", "#0f6f78", "artist"),
    ("moderator", "Moderator", "moderator", "#7a4fb5", "newcomer"),
)


@dataclass(frozen=True, kw_only=True)
class Server:
    """The Discord server: snowflakes of the bot, its roles and channels."""

    bot: int
    guild: int
    holder_role: int
    first_role: int
    artist_role: int
    start: int
    drops: int
    votes: int
    room: int
    ops: int


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The Telegram side: the bot, the holders' group with its join link, the moderators' group."""

    bot: int
    holders: int
    link: str
    ops: int


@dataclass(frozen=True, kw_only=True)
class Town:
    """Everybody, and everything that the club file names."""

    people: tuple[DemoPerson, ...]
    server: Server
    groups: Groups

    def person(self, key: str) -> DemoPerson:
        return next(person for person in self.people if person.key == key)


def build_town(
    discord: LocalDiscord, telegram: LocalTelegram, discord_token: str, telegram_token: str
) -> Town:
    """Settle both platforms, as an operator would who follows `docs/first-club.md`."""
    people = tuple(_person(discord, telegram, *each) for each in _PEOPLE)
    return Town(
        people=people,
        server=_server(discord, discord_token, people),
        groups=_groups(telegram, telegram_token, people),
    )


def _person(
    discord: LocalDiscord, telegram: LocalTelegram, key: str, name: str, *rest: str
) -> DemoPerson:
    role, color, wallet = rest
    return DemoPerson(
        key=key,
        name=name,
        role=role,  # type: ignore[arg-type]  # one of the five above
        discord_id=str(discord.add_user(key, name, color=color)),
        telegram_id=telegram.add_user(key, name, color=color),
        wallet_key=wallet,
    )


def _server(discord: LocalDiscord, token: str, people: tuple[DemoPerson, ...]) -> Server:
    bot = discord.add_application(token=token, name=BOT_NAME)
    guild = discord.add_guild("Tide Club", bot=bot)
    for person in people:
        discord.join(guild, int(person.discord_id))
    first = discord.add_role(guild, "First 100", color=0xE0A526)
    holder = discord.add_role(guild, "Holder", color=0x1F9E8F)
    moderators = discord.add_role(guild, "Moderator", color=0x9A6BE0)
    artists = discord.add_role(guild, "Artist", color=0x4FB3D9)
    for person in people:
        if person.role == "moderator":
            discord.give_role(guild, int(person.discord_id), moderators)
        if person.role == "artist":
            discord.give_role(guild, int(person.discord_id), artists)
    channel = discord.add_channel
    return Server(
        bot=bot,
        guild=guild,
        holder_role=holder,
        first_role=first,
        artist_role=artists,
        start=channel(guild, "start-here", category="Tide Club", read_only=True),
        drops=channel(guild, "drops", category="Tide Club", read_only=True),
        votes=channel(guild, "votes", category="Tide Club", read_only=True),
        room=channel(guild, "listening-room", category="Holders", private_to=[holder]),
        ops=channel(guild, "ops", category="Backstage", private_to=[moderators, artists]),
    )


def _groups(telegram: LocalTelegram, token: str, people: tuple[DemoPerson, ...]) -> Groups:
    bot = telegram.add_bot(token=token, username="stagedoor_bot", name=BOT_NAME)
    artist = next(person.telegram_id for person in people if person.role == "artist")
    moderator = next(person.telegram_id for person in people if person.role == "moderator")
    group = telegram.add_group("Tide Club holders", owner=artist)
    ops = telegram.add_group("Tide Club backstage", owner=artist)
    link = telegram.invite_link(group, creates_join_request=True, name="holders")
    for chat in (group, ops):
        telegram.make_admin(chat, bot)
        telegram.make_admin(chat, moderator, can_invite_users=True, can_restrict_members=True)
    for person in people:
        telegram.acquaint(person.telegram_id, bot=bot, link=link)
    return Groups(bot=bot, holders=group, link=link, ops=ops)


def club_file(town: Town, contract: str, chain_id: int, first_block: int) -> str:
    """The demo's club file."""
    artist, moderator = town.person("artist"), town.person("moderator")
    server, groups = town.server, town.groups
    return f"""# Written by the demo at each start.

[club]
name = "Tide Club"
accent = "#0f6f78"
grace_hours = 0
artists = ["discord:{artist.discord_id}", "telegram:{artist.telegram_id}"]
moderators = ["discord:{moderator.discord_id}", "telegram:{moderator.telegram_id}"]

[album]
name = "Tide"
chain_id = {chain_id}
chain_name = "the local test chain"
contract = "{contract}"
first_block = {first_block}
confirmations = 2
without_vote = ["{ARTIST.address}", "{MARKET.address}"]

[delegation]

[discord]
guild = {server.guild}
[discord.places]
start = {server.start}
drops = {server.drops}
votes = {server.votes}
ops = {server.ops}

[telegram.places]
drops = {groups.holders}
votes = {groups.holders}
ops = {groups.ops}

[[gates]]
id = "holder"
name = "Holder"
discord_roles = [{server.holder_role}]
telegram_chats = [{groups.holders}]

[[gates]]
id = "first-100"
name = "First 100"
lowest = 1
highest = 100
discord_roles = [{server.first_role}]
"""
