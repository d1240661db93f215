"""From what a user names to the resource that is judged: a document, its overlay applied, compiled."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.errors import DocumentError
from contracts.spec.document import PINNED as FILES
from contracts.spec.document import load_document, pinned, resolve
from contracts.spec.overlay import apply_overlay, load_overlay, pinned_overlay
from contracts.spec.resource import Resource, compile_resource
from contracts.spec.schema import Nulls

DEFAULT = "create-customer"
PINNED = {name: f"spec/{file}" for name, file in FILES.items()}
"""The pinned documents by name, each with its place in the repository."""

_CUSTOMERS = frozenset({"create-customer", "get-customer", "list-customers", "update-customer", "delete-customer"})
_OURS = (None, "customer", "customers")
"""The names of a resource to which the pinned overlay applies; whoever says the last is told that it is the second."""
_PATH = "/v1/customers"
_OLDER = ("/customers", "source_id")
"""Path without the version, in documents until the end of 2022, and the key in its body that tells it from others'."""
_VERSION = ("X-Voucherify-API-Version", "v2018-08-01")
"""The version of the API that its documents describe, by which its servers choose how they answer."""


def load_resource(
    spec: str | None = None, overlay: Path | str | None = None, name: str | None = None, nulls: Nulls = "lenient"
) -> Resource:
    """The resource ``name`` of the document ``spec``: a pinned one's name, a path or a URL.

    A document of the customers API gets the pinned overlay by itself, leniently: what of it applies to nothing is in
    the resource's ``notes``, but for the pinned documents, whose difference is known. ``overlay`` is applied strictly.
    Raises DocumentError.
    """
    own = load_overlay(overlay) if overlay is not None else None
    resource = resource_of(load_spec(spec), own, name, nulls, str(overlay))
    return replace(resource, notes=()) if spec is None or spec in PINNED else resource


def load_spec(spec: str | None = None) -> dict[str, Any]:
    """The document that ``spec`` names: a pinned one, a path or a URL. Raises DocumentError."""
    name = DEFAULT if spec is None else spec
    if name in PINNED:
        return pinned(name)
    if re.fullmatch(r"[\w-]+", name) and not Path(name).exists():
        known = ", ".join(PINNED)
        raise DocumentError(f"{name}: there is no such file, nor a pinned document of that name; those are {known}")
    return load_document(name)


def resource_of(
    document: dict[str, Any],
    overlay: dict[str, Any] | None = None,
    name: str | None = None,
    nulls: Nulls = "lenient",
    overlay_name: str = "the overlay",
) -> Resource:
    """The same of a document and an overlay that are loaded already."""
    notes: tuple[str, ...] = ()
    is_customers = name in _OURS and is_of_customers(document)
    if is_customers:
        document, notes = apply_overlay(document, pinned_overlay(), "the pinned overlay", lenient=True)
    if overlay is not None:
        document, _ = apply_overlay(document, overlay, overlay_name, lenient=False)
    resource = replace(compile_resource(document, nulls, name), notes=notes)
    if not is_customers:
        return resource
    return replace(resource, headers=(_VERSION,), item_path=f"{resource.write.path}/{{id}}")


def is_of_customers(document: dict[str, Any]) -> bool:
    """Does it describe the customers API, whatever its revision?"""
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        operations = item.values() if isinstance(item, dict) else ()
        if path == _PATH or any(isinstance(one, dict) and one.get("operationId") in _CUSTOMERS for one in operations):
            return True
        if path == _OLDER[0] and isinstance(item, dict) and _declares(document, item.get("post"), _OLDER[1]):
            return True
    return False


def _declares(document: dict[str, Any], holder: Any, name: str) -> bool:
    """Is a member ``name`` declared anywhere in ``holder``, or in what it refers to?"""
    waiting, followed = [holder], set[str]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            declared = one.get("properties")
            if isinstance(declared, dict) and name in declared:
                return True
            if isinstance(ref := one.get("$ref"), str) and ref not in followed:
                followed.add(ref)
                with contextlib.suppress(DocumentError):  # told where the document is compiled
                    waiting.append(resolve(document, ref))
            waiting += one.values()
    return False
