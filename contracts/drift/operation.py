"""The operation that documents about customers are compared by."""

from __future__ import annotations

from typing import Any

from contracts.errors import DocumentError
from contracts.spec.operation import dereferenced

OPERATION_ID = "create-customer"
PATH = "/v1/customers"


def operation_of(document: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Path and object of the customers operation. Raises DocumentError where there is none."""
    paths = document.get("paths")
    posts = {
        str(path): item["post"]
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        if isinstance(item, dict) and isinstance(item.get("post"), dict)
    }
    named = [path for path, post in posts.items() if post.get("operationId") == OPERATION_ID]
    for path in (PATH, *named, *(path for path in posts if path.rstrip("/").endswith("/customers"))):
        if path in posts:
            return path, posts[path]
    raise DocumentError(
        f"the document has no operation POST {PATH} (nor one with operationId {OPERATION_ID}); "
        "give --spec a document that describes the customers API"
    )


def json_schema_of(document: dict[str, Any], holder: Any, pointer: str) -> tuple[dict[str, Any], str]:
    """The schema of a body's ``application/json``, and its pointer. Raises DocumentError where there is none."""
    holder, pointer = dereferenced(document, holder, pointer)
    content = holder.get("content")
    for media_type, described in (content if isinstance(content, dict) else {}).items():
        if media_type.partition(";")[0].strip().lower() == "application/json" and isinstance(described, dict):
            schema = described.get("schema")
            if isinstance(schema, dict):
                escaped = media_type.replace("~", "~0").replace("/", "~1")
                return schema, f"{pointer}/content/{escaped}/schema"
    raise DocumentError(f"{pointer} declares no schema for application/json; the gate needs one to judge by")
