"""``contracts.toml``, or ``[tool.contracts]`` of ``pyproject.toml``: targets by name, for ``gate --on NAME``.

[targets.sandbox]
cluster = "us1.api"                       # or url = "https://…"
app_id = "${SANDBOX_APP_ID}"              # a variable of the environment, never the secret itself
app_token = "${SANDBOX_APP_TOKEN}"
known_customers = ["somebody-with-orders"]
without = ["delete"]
budget = 50
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from contracts.errors import UsageError
from contracts.spec.schema import Nulls
from contracts.tables import read_toml
from contracts.target.credentials import APP_ID, APP_TOKEN, OAUTH_TOKEN

FILES = ("contracts.toml", "pyproject.toml")
SECRETS = {"app_id": APP_ID, "app_token": APP_TOKEN, "oauth_token": OAUTH_TOKEN}
_TYPES: dict[str, tuple[type, ...]] = {
    "url": (str,),
    "cluster": (str,),
    "app_id": (str,),
    "app_token": (str,),
    "oauth_token": (str,),
    "known_customers": (list,),
    "without": (list,),
    "budget": (int,),
    "nulls": (str,),
    "strict": (bool,),
    "waivers": (str,),
    "timeout": (int, float),
    "max_wait": (int, float),
    "ca_bundle": (str,),
    "spec": (str,),
}
_VARIABLE = re.compile(r"\$\{(\w+)\}\Z")


@dataclass(frozen=True)
class TargetConfig:
    """One named target. ``options`` are the gate's, by their names; ``environment`` its credentials."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def over(self, environment: Mapping[str, str]) -> dict[str, str]:
        """``environment`` with the credentials of the file where it has none of its own."""
        return {**self.environment, **{key: value for key, value in environment.items() if value}}


def find_config(explicit: Path | None) -> Path:
    """The configuration file: the one named, or the first of ``FILES`` that is here. Raises UsageError."""
    if explicit is not None:
        return explicit
    for name in FILES:
        path = Path(name)
        if path.is_file() and (name != "pyproject.toml" or "[tool.contracts" in path.read_text("utf-8", "replace")):
            return path
    raise UsageError("--on needs contracts.toml here (or [tool.contracts] in pyproject.toml), or --config FILE")


def read_target(path: Path, name: str, environment: Mapping[str, str], clusters: tuple[str, ...]) -> TargetConfig:
    """The target ``name`` in the file at ``path``. Raises UsageError that names file, key and line."""
    text, content = read_toml(path)
    if path.name == "pyproject.toml":
        tool = content.get("tool")
        content = tool.get("contracts", {}) if isinstance(tool, dict) else {}
        if not isinstance(content, dict):
            raise UsageError(f"{path}: tool.contracts is no table; write [tool.contracts.targets.NAME]")
    reading = _Reading(path, text.splitlines())
    if unknown := [key for key in content if key != "targets"]:
        raise reading.error(unknown[0], f"unknown key {unknown[0]!r}; the one there is: targets")
    targets = content.get("targets", {})
    if not isinstance(targets, dict):
        raise reading.error("targets", "targets is no table; write [targets.NAME]")
    for target, options in targets.items():
        reading.check(target, options)
    if name not in targets:
        raise UsageError(f"{path}: has no target {name!r}; there are {', '.join(targets) or 'none'}")
    return _target(reading, name, targets[name], environment, clusters)


@dataclass(frozen=True)
class _Reading:
    path: Path
    lines: list[str]

    def error(self, key: str, text: str, target: str = "") -> UsageError:
        return UsageError(f"{self.path}, line {self.line(key, target)}: {text}")

    def line(self, key: str, target: str) -> int:
        """Where ``key`` stands, below the header of its target."""
        start = 0
        if target:
            header = re.compile(rf'\s*\[.*targets\.["\']?{re.escape(target)}["\']?\s*\]')
            start = next((n for n, line in enumerate(self.lines) if header.match(line)), 0)
        wanted = re.compile(rf'\s*\[?["\']?{re.escape(key)}["\']?\s*[=.\]]')
        return next((n for n, line in enumerate(self.lines[start:], start) if wanted.match(line)), start) + 1

    def check(self, target: str, options: Any) -> None:
        if not isinstance(options, dict):
            raise self.error(target, f"targets.{target} is no table; write [targets.{target}]")
        for key, value in options.items():
            if key not in _TYPES:
                near = difflib.get_close_matches(key, _TYPES, 1)
                hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(_TYPES)}"
                raise self.error(key, f"unknown key {key!r} in targets.{target}{hint}", target)
            if not isinstance(value, _TYPES[key]) or (isinstance(value, bool) and bool not in _TYPES[key]):
                names = " or ".join(kind.__name__ for kind in _TYPES[key])
                raise self.error(key, f"{key} in targets.{target} is {type(value).__name__}, not {names}", target)
            if isinstance(value, list) and not all(isinstance(one, str) for one in value):
                raise self.error(key, f"{key} in targets.{target} is no list of texts", target)
            if key == "nulls" and value not in get_args(Nulls):
                choices = " or ".join(get_args(Nulls))
                raise self.error(key, f"nulls in targets.{target} is {value!r}, not {choices}", target)
            if key in SECRETS and not _VARIABLE.match(str(value)):
                text = f"{key} in targets.{target} is no ${{VARIABLE}}: a secret does not stand in a file"
                raise self.error(key, text, target)


def _target(
    reading: _Reading, name: str, options: dict[str, Any], environment: Mapping[str, str], clusters: tuple[str, ...]
) -> TargetConfig:
    secrets = {
        variable: _variable(reading, name, key, options[key], environment)
        for key, variable in SECRETS.items()
        if key in options and not environment.get(variable)
    }
    plain = {key: value for key, value in options.items() if key not in SECRETS}
    cluster = plain.pop("cluster", None)
    if cluster is not None and "url" in plain:
        raise reading.error("cluster", f"targets.{name} has both url and cluster; keep one", name)
    if cluster is not None:
        if cluster not in clusters:
            raise reading.error("cluster", f"there is no cluster {cluster!r}; there are {', '.join(clusters)}", name)
        plain["url"] = f"https://{cluster}.voucherify.io"
    if "url" not in plain:
        raise reading.error(name, f"targets.{name} has neither url nor cluster")
    return TargetConfig(name, plain, secrets)


def _variable(reading: _Reading, target: str, key: str, text: str, environment: Mapping[str, str]) -> str:
    match = _VARIABLE.match(text)
    name = match[1] if match else ""
    if not environment.get(name):
        raise reading.error(
            key, f"{key} in targets.{target} needs {name} in the environment, and it is not set", target
        )
    return environment[name]


def clusters_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The clusters of the document's ``servers`` block."""
    for server in document.get("servers") or ():
        enum = server.get("variables", {}).get("cluster", {}).get("enum") if isinstance(server, dict) else None
        if isinstance(enum, list):
            return tuple(str(one) for one in enum)
    return ()
