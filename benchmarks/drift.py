"""Two large OpenAPI documents against each other, beside a peer: ``contracts drift`` and ``@redocly/cli diff``.

Run: python benchmarks/drift.py [--operations N] [--peer]. The documents are made here: N operations, each with
schemas of its own and some that all share; the newer one has a change in every twentieth. The peer needs npx.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from contracts.spec.document import pinned

PROSE = "Some words that describe what this member is for, as documents in public use have them at every turn. " * 2
SHARED = 60


def made(operations: int, *, is_newer: bool) -> dict[str, Any]:
    """A document of about ten kilobytes an operation."""
    document = pinned()
    schemas = document["components"]["schemas"]
    for number in range(SHARED):
        schemas[f"Shared{number}"] = object_of(12, f"#/components/schemas/Shared{(number + 1) % SHARED}")
        if is_newer and number % 20 == 0:
            schemas[f"Shared{number}"]["properties"]["member3"]["enum"] = ["a", "b", "c"]
    for number in range(operations):
        names = [f"Thing{number}Body", f"Thing{number}Answer"]
        for name in names:
            schemas[name] = {
                "allOf": [object_of(16, f"#/components/schemas/Shared{number % SHARED}"), object_of(6, "")]
            }
        if is_newer and number % 20 == 0:
            del schemas[names[1]]["allOf"][0]["properties"]["member5"]
            schemas[names[0]]["allOf"][1]["required"] = ["member2"]
        content = [{"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}} for name in names]
        document["paths"][f"/v1/things{number}/{{thingId}}"] = {
            "post": {
                "operationId": f"thing{number}",
                "parameters": [{"name": "thingId", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {"content": content[0]},
                "responses": {"200": {"description": PROSE, "content": content[1]}},
            }
        }
    return document


def object_of(members: int, ref: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        f"member{number}": {"type": "string", "description": PROSE, "maxLength": number + 10, "enum": ["a", "b"]}
        for number in range(members)
    }
    if ref:
        properties["other"] = {"nullable": True, "allOf": [{"$ref": ref}]}
    return {"type": "object", "description": PROSE, "properties": properties, "required": ["member1"]}


def seconds(command: list[str]) -> tuple[float, float]:
    """Of the processor, and by the clock: on a busy machine the two differ."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=170)
    parser.add_argument("--times", type=int, default=3, help="The fastest of so many runs counts.")
    parser.add_argument("--peer", action="store_true", help="Time @redocly/cli diff as well.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        old, new = (Path(folder, name) for name in ("old.json", "new.json"))
        for path, is_newer in ((old, False), (new, True)):
            path.write_text(json.dumps(made(chosen.operations, is_newer=is_newer), indent=2), "utf-8")
        print(f"{chosen.operations} operations, {old.stat().st_size / 1e6:.1f} MB each")
        command = [sys.executable, "-m", "contracts", "drift", str(new), "--against", str(old)]
        own = min(seconds(command) for _ in range(chosen.times))
        print(f"contracts drift     {own[0]:.1f} s of the processor, {own[1]:.1f} s by the clock")
        npx = shutil.which("npx")
        if chosen.peer and npx:
            command = [npx, "--yes", "@redocly/cli", "diff", str(old), str(new), "--format", "json"]
            peer = min(seconds(command) for _ in range(chosen.times))
            print(f"@redocly/cli diff   {peer[0]:.1f} s, {peer[1]:.1f} s: {own[0] / peer[0]:.2f} of it")


if __name__ == "__main__":
    main()
