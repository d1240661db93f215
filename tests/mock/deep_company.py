"""The part of the conversation that is held at once: several callers, each on a connection of its own."""

from deep_scenes import scene

ROUNDS = 4


def answered(answers):
    return [answer.json() for answer in answers if answer.status_code == 200]


def upserter(w, **payload):
    return lambda: w.call("POST", payload=payload)


@scene("races")
def creates_at_once(w):
    for number in range(ROUNDS):
        source = f"at-once-{number}"
        answers = w.at_once(*(upserter(w, source_id=source, name=f"N{n}") for n in range(4)))
        w.expect("at-once.one-for-one-key", len({body["id"] for body in answered(answers)}) == 1)


@scene("races")
def upserts_at_once(w):
    for number in range(ROUNDS):
        source = f"kept-{number}"
        w.upsert(source_id=source, metadata={"before": 1})
        parts = [{"name": "N"}, {"phone": "P"}, {"metadata": {"a": 1}}, {"metadata": {"b": 2}}]
        check_kept(w, source, parts, w.at_once(*(upserter(w, source_id=source, **part) for part in parts)))


@scene("races")
def updates_at_once(w):
    for number in range(ROUNDS):
        source = f"put-{number}"
        w.upsert(source_id=source, metadata={"before": 1})
        parts = [{"name": "N"}, {"phone": "P"}, {"description": "D"}]
        calls = [lambda part=part, source=source: w.call("PUT", source, payload=part) for part in parts]
        check_kept(w, source, parts, w.at_once(*calls))


def check_kept(w, source, parts, answers):
    body = w.upsert(source_id=source)
    for part, answer in zip(parts, answers, strict=True):
        for name, value in part.items():
            # A server that replaces metadata keeps those of one writer, and none from before.
            merged = name != "metadata" or "before" in body["metadata"]
            held = value.items() <= body["metadata"].items() if name == "metadata" else body.get(name) == value
            w.expect("at-once.all-kept", held or not merged or answer.status_code != 200)


@scene("races")
def answers_at_once(w):
    for number in range(ROUNDS):
        sources = [f"own-{number}-{n}" for n in range(4)]
        answers = w.at_once(*(upserter(w, source_id=source, metadata={"of": source}) for source in sources))
        shown = [answer.json() if answer.status_code == 200 else None for answer in answers]
        for source, body in zip(sources, shown, strict=True):
            w.expect("at-once.own-answer", body is None or body.get("source_id") == source)
            w.expect("at-once.own-answer", body is None or body.get("metadata") == {"of": source})
        made = [body["id"] for body in shown if body]
        w.expect("at-once.own-answer", len(set(made)) == len(made))


@scene("races")
def reads_at_once(w):
    made = [w.upsert(source_id=f"reader-{n}")["id"] for n in range(4)]
    w.eventually("read.last-write", lambda: all(w.read(name).status_code == 200 for name in made))
    for _ in range(ROUNDS):
        answers = w.at_once(*(lambda name=name: w.read(name) for name in made))
        for name, answer in zip(made, answers, strict=True):
            w.expect("at-once.own-answer", answer.status_code != 200 or answer.json().get("id") == name)


@scene("races")
def a_list_at_once_with_writes(w):
    for number in range(ROUNDS):
        w.at_once(w.list, upserter(w, source_id=f"beside-{number}"), w.list)


@scene("races")
def strangers_at_once_with_callers(w):
    for number in range(ROUNDS):
        stranger = {"payload": {"source_id": f"stranger-{number}"}, "stranger": True}
        callers = (upserter(w, source_id=f"caller-{number}-{n}") for n in range(3))
        refused, *_ = w.at_once(lambda stranger=stranger: w.call("POST", **stranger), *callers)
        w.expect("auth.no-credentials", refused.status_code == 401)


@scene("races")
def a_write_at_once_with_a_delete(w):
    for number in range(ROUNDS * 2):
        made = w.upsert(source_id=f"zombie-{number}")["id"]
        deleted, _ = w.at_once(lambda name=made: w.delete(name), upserter(w, source_id=f"zombie-{number}", name="Z"))
        w.eventually("delete.gone", lambda name=made, done=deleted: done.status_code != 204 or w.is_gone(name))
