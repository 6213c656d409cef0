"""The tables of chats: where they are now, what the bot may not do there, and ways back."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gating.adapters.sql.kinds import utc


class MovedChatRow(SQLModel, table=True):
    """A chat that has another number than the club file had at the time."""

    __tablename__ = "moved_chat"
    chat: str = Field(primary_key=True)
    now: str
    settled: bool = False
    """The club file has the new number by now."""


class LostRightRow(SQLModel, table=True):
    """A right that the bot has lost in a chat, of which moderators were told."""

    __tablename__ = "lost_right"
    chat: str = Field(primary_key=True)
    code: str = Field(primary_key=True)


class InvitationRow(SQLModel, table=True):
    """A chat that we took from an account (`owed` a word when it may come back), or its link."""

    __tablename__ = "invitation"
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
    owed: bool = False
    url: str | None = None
    title: str = ""
    until: datetime | None = utc(nullable=True)
