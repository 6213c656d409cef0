"""This deployment's settings, read once at start from the environment.

Every setting is `STAGEDOOR_<NAME>`; a secret may instead be named by `STAGEDOOR_<NAME>_FILE`, the
path of a file that holds it. Nothing else in the house reads the environment.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.endpoints import Endpoints, endpoints_in
from gating.errors import NeedsPerson

PREFIX = "STAGEDOOR_"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
"""Hosts whose `Secure` cookies browsers keep without https (W3C: Secure Contexts, 3.1)."""

WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}", re.ASCII)
"""The alphabet and the most are Telegram's (Bot API: setWebhook), the least is ours."""
HOW_TO_MAKE_ONE = "make one with: openssl rand -hex 32"


class Settings(BaseSettings):
    """How this deployment runs. The club itself stands in the club file."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data: Path = Field(Path(".stagedoor"), description="folder of everything that is kept")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL; without it an embedded one runs in the data folder"
    )
    public_url: str = Field(
        "http://127.0.0.1:8080", description="the address that fans open, as a wallet shows it"
    )
    host: str = Field("127.0.0.1", description="network address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on")
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="addresses of your reverse proxies, separated by commas; only they may say"
        " for whom they ask (X-Forwarded-For)",
    )
    rpc_urls: Annotated[Endpoints, NoDecode] = Field(
        {},
        description="RPC endpoints of the club's chain, separated by commas; of several chains"
        " as 1=https://a,https://b;8453=https://c",
    )
    rpc_additions: Literal["one", "two"] = Field(
        "one", description="how many endpoints must agree before something is opened"
    )
    discord_token: SecretStr | None = Field(None, description="the Discord bot's token")
    discord_api: str | None = Field(None, description="another Discord REST base, for tests")
    discord_gateway: str | None = Field(None, description="another Discord gateway, for tests")
    discord_members: bool = Field(
        True, description="the Server Members intent, which tells who comes back"
    )
    discord_client_id: str | None = Field(
        None, description="the application's id, for the sign-in with Discord"
    )
    discord_client_secret: SecretStr | None = Field(
        None,
        description="the application's OAuth2 client secret; without it a code is asked for"
        " instead of the sign-in with Discord",
    )
    telegram_token: SecretStr | None = Field(None, description="the Telegram bot's token")
    telegram_webhook: bool = Field(
        False, description="Telegram brings updates to the public address; else they are fetched"
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None,
        validate_default=True,
        description="what Telegram shows with each update that it brings",
    )
    telegram_api: str = Field("https://api.telegram.org/bot", description="Bot API base")
    telegram_files: str = Field(
        "https://api.telegram.org/file/bot", description="Bot API base for files"
    )
    log_json: bool = Field(False, description="log lines as JSON, for machines")

    @field_validator("rpc_urls", mode="before")
    @classmethod
    def _by_chain(cls, value: object) -> object:
        return endpoints_in(value) if isinstance(value, str) else value

    @field_validator("proxies", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None, given: ValidationInfo) -> SecretStr | None:
        if value is None and given.data.get("telegram_webhook"):
            raise ValueError(f"is not set, but {PREFIX}TELEGRAM_WEBHOOK is; {HOW_TO_MAKE_ONE}")
        if value is not None and not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError(f"must be 32 to 256 letters, digits, _ and -; {HOW_TO_MAKE_ONE}")
        return value

    @field_validator("public_url")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if scheme not in {"http", "https"} or not rest.strip("/") or "/" in rest.strip("/"):
            raise ValueError("must be like https://club.example, without a path")
        if scheme == "http" and urlsplit(value).hostname not in LOOPBACK:
            raise ValueError(
                "must begin with https://, for browsers keep no sign-in cookie otherwise"
            )
        return value.rstrip("/")


def read_settings() -> Settings:
    """The settings of this process. Raises `NeedsPerson("E-SETTINGS", key=..., cause=...)`."""
    try:
        return Settings(**_from_files())  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        key = PREFIX + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise NeedsPerson("E-SETTINGS", key=key, cause=_cause(first)) from error


def _cause(error: ErrorDetails) -> str:
    """What is wrong, so that it can follow the setting's name."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "int_parsing":
            return "must be a whole number"
        case "less_than_equal":
            return f"must be a number up to {limits['le']}"
        case "greater_than_equal":
            return f"must be a number from {limits['ge']} on"
        case "bool_parsing":
            return "must be true or false"
    words = error["msg"].removeprefix("Value error, ")
    return words[:1].lower() + words[1:]


def _from_files() -> dict[str, str]:
    found = {}
    for name in Settings.model_fields:
        key = f"{PREFIX}{name.upper()}_FILE"
        if path := os.environ.get(key):
            try:
                found[name] = Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or "it is not text"
                cause = f"cannot read the file it names ({why})"
                raise NeedsPerson("E-SETTINGS", key=key, cause=cause) from error
    return found
