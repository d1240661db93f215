"""YAML as an OpenAPI document means it: JSON's types only (YAML 1.2's JSON schema), and no alias bombs.

PyYAML reads YAML 1.1, in which ``no`` is false, ``2022-01-01`` a date and ``1:30`` the number 90.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from contracts.errors import DocumentError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_ALIASES = 1000
_DEEPEST = 400


class _Loader(_Base):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own protocol

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        if len({key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}) != sum(
            isinstance(key, yaml.ScalarNode) for key, _ in node.value
        ):
            names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            twice = next(name for name in names if names.count(name) > 1)
            raise DocumentError(f"the key {twice!r} stands twice at line {node.start_mark.line + 1}")
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
):
    _firsts = [*_first.replace("\0", ""), *([""] if "\0" in _first else [])]
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _firsts)


def _float(loader: Any, node: Any) -> float:
    return float(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def load_yaml(text: str) -> Any:
    """The value of a YAML text. Raises DocumentError that says the line."""
    aliases = depth = 0
    try:
        for event in yaml.parse(text, Loader=_Base):
            aliases += isinstance(event, yaml.AliasEvent)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if aliases > _MOST_ALIASES or depth > _DEEPEST:
                raise DocumentError("YAML with too many aliases or nested too deeply")
        loaded = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, with fewer types
    except yaml.MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DocumentError(f"not YAML{line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError) as error:
        raise DocumentError(f"not YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}") from None
    if aliases and _size(loaded) > 2_000_000:
        raise DocumentError("YAML whose aliases unfold beyond all measure")
    return loaded


def _size(value: Any) -> int:
    """How many values there are once every alias is unfolded, counted no further than needed."""
    sizes: dict[int, int] = {}

    def count(part: Any, depth: int) -> int:
        if not isinstance(part, dict | list) or depth > _DEEPEST:
            return 1
        if id(part) not in sizes:
            sizes[id(part)] = 1
            below = part.values() if isinstance(part, dict) else part
            sizes[id(part)] = 1 + sum(count(one, depth + 1) for one in below)
        return sizes[id(part)]

    return count(value, 0)
