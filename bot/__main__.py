"""The command line: `python -m bot demo`, `run`, `doctor`, `try-club`, ...

What only one command needs is imported in it: a stranger who checks a record waits for neither
the chat libraries nor a database driver.
"""

import sys
from functools import partial
from pathlib import Path

import click

from bot.texts.complaint import complaint
from gating.errors import NotDone

CANNOT_START = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Stagedoor: the fan club's own doorkeeper."""


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="port of the one local address",
)
@click.option("--data", default=Path(".stagedoor/demo"), show_default=True, type=Path)
def demo(port: int, data: Path) -> None:
    """Run the whole house on this machine: test chain, two chats, real bots. Nothing leaves it."""
    from bot.sandbox.start import demonstrate  # noqa: PLC0415 - see above

    demonstrate(data, port, partial(print, flush=True))


@main.command()
@click.option("--club", "path", required=True, type=Path, help="the club's TOML file")
def run(path: Path) -> None:
    """Serve a club on Discord, Telegram and the web, with the settings of the environment."""
    from bot.serving import serve_club  # noqa: PLC0415 - see above

    serve_club(path)


@main.command()
@click.option("--club", "path", required=True, type=Path, help="the club's TOML file")
def doctor(path: Path) -> None:
    """Look whether a club is set up well, and change nothing; exit code 1 if a fault was found."""
    from bot.doctor.findings import is_healthy  # noqa: PLC0415 - see above
    from bot.doctor.visit import visit  # noqa: PLC0415 - see above
    from governance.labels import shown  # noqa: PLC0415 - see above

    findings = visit(path)
    for finding in findings:
        print(shown(finding.line))
    sys.exit(0 if is_healthy(findings) else 1)


@main.command("try-club")
@click.option("--club", "path", required=True, type=Path, help="the club's TOML file, in use")
@click.argument("changed", type=Path)
def try_club(path: Path, changed: Path) -> None:
    """Say what a changed club file would do, and change nothing; exit code 2 if it is refused."""
    from bot.rehearsal.trial import rehearse  # noqa: PLC0415 - see above
    from governance.labels import shown  # noqa: PLC0415 - see above

    for line in rehearse(path, changed):
        print(shown(line))


@main.command()
def migrate() -> None:
    """Bring the database at STAGEDOOR_DATABASE_URL to the newest schema."""
    from bot.serving import migrate_only  # noqa: PLC0415 - see above

    migrate_only()
    print("The database has the newest schema.")


@main.command("verify-record")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--club-key", help="the club's address (0x...), where you know it from elsewhere")
def verify(folder: Path, club_key: str | None) -> None:
    """Check a vote's record from its files alone; exit code 0 only when every step passes."""
    from bot.verifying import steps_of  # noqa: PLC0415 - see above
    from governance.labels import shown  # noqa: PLC0415 - see above

    results = steps_of(folder, club_key)
    for result in results:
        print(shown(f"{'PASS' if result.ok else 'FAIL'}  {result.name}: {result.sentence}"))
    sys.exit(0 if all(result.ok for result in results) else 1)


def start() -> None:
    """Run the command; what a person can mend is said in one sentence, with exit code 2."""
    try:
        main()
    except* NotDone as stuck:
        print(complaint(stuck), file=sys.stderr)
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    start()
