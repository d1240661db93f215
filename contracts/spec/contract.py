"""The contract of one operation, compiled from a document: what clauses and plan ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.errors import DocumentError
from contracts.spec.document import resolve
from contracts.spec.judge import Judge
from contracts.spec.members import Member, Pattern, matches, members
from contracts.spec.money import is_money
from contracts.spec.schema import Nulls, to_json_schema

OPERATION_ID = "create-customer"
PATH = "/v1/customers"


@dataclass(frozen=True)
class Contract:
    """``POST`` on ``path``: judges for its bodies, the members it declares, the fields that hold money."""

    document: dict[str, Any]
    path: str
    pointer: str
    nulls: Nulls
    request: Judge
    answer: Judge
    request_members: tuple[Member, ...]
    answer_members: tuple[Member, ...]
    money: frozenset[Pattern]
    ambiguous_nulls: frozenset[Pattern]
    is_body_required: bool
    """Does the document require a request body? Where it does not, none at all is no malformed one."""

    @property
    def writable(self) -> tuple[str, ...]:
        """Names of the top-level members that a request may send and an answer shows."""
        shown = {member.path for member in self.answer_members}
        return tuple(m.path[0] for m in self.request_members if len(m.path) == 1 and m.path in shown)

    def declared_at(self, path: tuple[str | int, ...]) -> str:
        """The JSON pointer of the schema that declares ``path`` of the answer, or the operation's own."""
        return next((m.pointer for m in self.answer_members if matches(path, m.path)), f"{self.pointer}/responses/200")


def compile_contract(document: dict[str, Any], nulls: Nulls = "lenient") -> Contract:
    """Compile the customers operation of ``document``. Raises DocumentError where it has none."""
    path, operation = operation_of(document)
    pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/post"
    request, request_pointer = json_schema_of(document, operation.get("requestBody"), f"{pointer}/requestBody")
    declared = operation.get("responses")
    responses = declared if isinstance(declared, dict) else {}
    answers = next((responses[k] for k in ("200", "2XX", "default") if k in responses), None)
    answer, answer_pointer = json_schema_of(document, answers, f"{pointer}/responses/200")
    draft4 = str(document.get("openapi")).startswith("3.0")
    answer_members = members(document, answer, answer_pointer)
    return Contract(
        document=document,
        path=path,
        pointer=pointer,
        nulls=nulls,
        request=Judge(to_json_schema(document, request, nulls, "request"), draft4=draft4),
        answer=Judge(to_json_schema(document, answer, nulls, "answer"), draft4=draft4),
        request_members=members(document, request, request_pointer),
        answer_members=answer_members,
        money=frozenset(m.path for m in answer_members if is_money(m.schema)),
        ambiguous_nulls=frozenset(
            m.path for m in answer_members if m.schema.get("nullable") is True and "type" not in m.schema
        ),
        is_body_required=dereferenced(document, operation.get("requestBody"), pointer)[0].get("required") is True,
    )


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


def dereferenced(document: dict[str, Any], holder: Any, pointer: str) -> tuple[dict[str, Any], str]:
    """What ``holder`` refers to, and its pointer; empty where it is no object."""
    for _ in range(8):
        if not (isinstance(holder, dict) and "$ref" in holder):
            break
        pointer = str(holder["$ref"])
        holder = resolve(document, pointer)
    return (holder if isinstance(holder, dict) else {}), pointer


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
