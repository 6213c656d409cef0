"""Where the club posts on Telegram."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class TelegramTable(BaseModel):
    """`[telegram]`: the chat of each place, and the topic of those that are one of a forum."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    places: dict[str, int] = {}
    topics: dict[str, Annotated[int, Field(gt=0)]] = {}

    @model_validator(mode="after")
    def _topics_of_places(self) -> Self:
        homeless = next((name for name in self.topics if name not in self.places), None)
        if homeless:
            raise ValueError(f"topics names {homeless}, which is none of the places")
        return self
