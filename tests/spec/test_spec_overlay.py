"""An overlay is applied as the Overlay specification has it; the published examples' facts, written anew."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DocumentError
from contracts.spec.overlay import apply_overlay, load_overlay, read_overlay, shown
from contracts.spec.yaml12 import load_yaml


def overlay(*actions, version="1.1.0"):
    return {"overlay": version, "info": {"title": "A test", "version": "1"}, "actions": list(actions)}


def applied(document, *actions, version="1.1.0"):
    made, notes = apply_overlay(document, overlay(*actions, version=version), "it", lenient=False)
    assert notes == ()
    return made


PAGED = """
paths:
  /a: {get: {x-traits: [paged], responses: {'200': {description: A}, '500': {description: B}}}}
  /b: {get: {x-traits: [paged], parameters: [{name: id, in: path}], responses: {'200': {description: C}}}}
  /c: {get: {tags: [x, dummy, y], responses: {default: {description: D}}}}
"""

# (what the published example shows, document, actions, what comes of it)
EXAMPLES = [
    (
        "an update of the root merges deep inside",
        "{info: {title: T, version: '1'}, paths: {/a: {get: {}}}}",
        "[{target: $, update: {info: {x-on: true}, paths: {/a: {get: {x-rate: 100}}}, tags: [{name: n}]}}]",
        "{info: {title: T, version: '1', x-on: true}, paths: {/a: {get: {x-rate: 100}}}, tags: [{name: n}]}",
    ),
    (
        "a plain value is replaced where the target selects it",
        "{paths: {/a: {get: {description: old}}}}",
        "[{target: \"$.paths['/a'].get.description\", update: new}]",
        "{paths: {/a: {get: {description: new}}}}",
    ),
    (
        "a licence is added",
        "{info: {title: T}}",
        "[{target: $.info, update: {license: {name: MIT}}}]",
        "{info: {title: T, license: {name: MIT}}}",
    ),
    (
        "many objects at once, and one in a list by what it holds",
        "{paths: {/a: {get: {parameters: [{name: filter, in: query}, {name: filter, in: path}]}}, /b: {get: {}}}}",
        "[{target: $.paths.*.get, update: {x-safe: true}},"
        " {target: \"$.paths.*.get.parameters[?@.name=='filter' && @.in=='query']\", update: {schema: {$ref: '#/f'}}}]",
        "{paths: {/a: {get: {x-safe: true, parameters: [{name: filter, in: query, schema: {$ref: '#/f'}},"
        " {name: filter, in: path}]}}, /b: {get: {x-safe: true}}}}",
    ),
    (
        "an object is appended to a list",
        "{parameters: [{name: a}]}",
        "[{target: $.parameters, update: {name: b, in: query}}]",
        "{parameters: [{name: a}, {name: b, in: query}]}",
    ),
    (
        "a list is joined to a list",
        "{tags: [a]}",
        "[{target: $.tags, update: [b, c]}]",
        "{tags: [a, b, c]}",
    ),
    (
        "a plain value is appended to a list",
        "{tags: [a]}",
        "[{target: $.tags, update: b}]",
        "{tags: [a, b]}",
    ),
    (
        "items of a list are removed, whatever their places",
        "{parameters: [{name: d}, {name: a}, {name: d}, {name: d}]}",
        "[{target: \"$.parameters[?@.name == 'd']\", remove: true}]",
        "{parameters: [{name: a}]}",
    ),
    (
        "a plain item of a list is removed",
        "{tags: [x, dummy, y]}",
        "[{target: \"$.tags[?@ == 'dummy']\", remove: true}]",
        "{tags: [x, y]}",
    ),
    (
        "a plain value is removed, of version 1.0 too",
        "{Building: {properties: {building: {example: house, type: string}}}}",
        "[{target: \"$.Building.properties['building'].example\", remove: true}]",
        "{Building: {properties: {building: {type: string}}}}",
    ),
    (
        "responses are removed wherever they stand",
        PAGED,
        "[{target: \"$.paths..responses['500']\", remove: true},"
        " {target: \"$.paths..responses['default']\", remove: true}, {target: \"$.paths..['x-traits']\", remove: true},"
        " {target: $.paths..tags, remove: true},"
        " {target: $.paths..parameters, remove: true}]",
        "{paths: {/a: {get: {responses: {'200': {description: A}}}}, /b: {get: {responses: {'200': {description: C}}}},"
        " /c: {get: {responses: {}}}}}",
    ),
    (
        "servers are removed and put anew, in order",
        "{servers: [{url: 'http://one'}, {url: 'http://two'}]}",
        "[{target: $.servers, remove: true}, {target: $, update: {servers: [{url: 'http://three'}]}}]",
        "{servers: [{url: 'http://three'}]}",
    ),
    (
        "traits: a filter within a filter",
        "{paths: {/a: {get: {x-traits: [paged]}}, /b: {get: {x-traits: [paged], parameters: [{name: id}]}},"
        " /c: {get: {}}}}",
        "[{target: \"$.paths[?(@.get['x-traits'][?(@ == 'paged')])].get\", update: {parameters: [{name: top}]}}]",
        "{paths: {/a: {get: {x-traits: [paged], parameters: [{name: top}]}},"
        " /b: {get: {x-traits: [paged], parameters: [{name: id}, {name: top}]}}, /c: {get: {}}}}",
    ),
    (
        "copy merges one place into another",
        "{paths: {/items: {get: {a: 1}}, /some: {delete: {b: 2}}}}",
        "[{target: \"$.paths['/some']\", copy: \"$.paths['/items']\"}]",
        "{paths: {/items: {get: {a: 1}}, /some: {delete: {b: 2}, get: {a: 1}}}}",
    ),
    (
        "a path is moved: made, copied, removed",
        "{paths: {/items: {get: {a: 1}}}}",
        "[{target: $.paths, update: {/new: {}}}, {target: \"$.paths['/new']\", copy: \"$.paths['/items']\"},"
        " {target: \"$.paths['/items']\", remove: true}]",
        "{paths: {/new: {get: {a: 1}}}}",
    ),
    (
        "remove wins over update",
        "{a: {b: 1}, c: 2}",
        "[{target: $.a, update: {x: 1}, remove: true}]",
        "{c: 2}",
    ),
    ("an action that says nothing changes nothing", "{a: 1}", "[{target: $}]", "{a: 1}"),
    ("null is a plain value", "{a: null}", "[{target: $, update: {a: x}}]", "{a: x}"),
    (
        "what removes a place and one within it removes both",
        "{a: {a: {a: 1}}, b: 2}",
        "[{target: $..a, remove: true}]",
        "{b: 2}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("document", "actions", "expected"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_published_example(document, actions, expected):
    before = load_yaml(document)
    given_before = copy.deepcopy(before)
    assert applied(before, *load_yaml(actions)) == load_yaml(expected)
    assert before == given_before


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ("[{target: $.nobody, update: {}}]", "it: action 1: the target $.nobody selects nothing; correct it, "),
        ("[{target: $.a, update: 1}, {target: $.nobody, remove: true}]", "it: action 2: the target $.nobody selects"),
        ("[{target: '$.a[', update: 1}]", "it: action 1: '$.a[' is no JSONPath of RFC 9535"),
        ("[{target: a, update: 1}]", "it: action 1: 'a' is no JSONPath"),
        (
            "[{target: $.a, update: {b: 1}}]",
            "it: action 1: it cannot put an object in the place of a plain value at $.a",
        ),
        ("[{target: $, update: 1}]", "it: action 1: it cannot put a plain value in the place of an object at $"),
        ("[{target: $, update: {l: {b: 1}}}]", "it: action 1: it cannot merge an object into an array at $.l"),
        ("[{target: $, update: {o: null}}]", "it: action 1: it cannot merge a plain value into an object at $.o"),
        (
            "[{target: '$.*', update: 1}]",
            "it: action 1: the target $.* selects a plain value and an array and an object",
        ),
        ("[{target: $, remove: true}]", "it: action 1: it removes the whole document"),
        ("[{target: $.o, copy: $.nobody}]", "it: action 1: copy $.nobody selects 0 places; it must select one"),
        ("[{target: $.o, copy: '$.*'}]", "it: action 1: copy $.* selects 3 places"),
    ],
)
def test_what_cannot_be_applied_is_told_in_one_line(actions, says):
    document = {"a": 1, "l": [1], "o": {"p": 1}}
    with pytest.raises(DocumentError) as error:
        applied(document, *load_yaml(actions))
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


def test_what_selects_nothing_is_a_note_where_that_is_allowed():
    actions = ({"target": "$.nobody", "update": {"x": 1}}, {"target": "$.a", "update": 2})
    made, notes = apply_overlay({"a": 1}, overlay(*actions), "it", lenient=True)
    assert made == {"a": 2}
    assert notes == ("it: action 1: the target $.nobody selects nothing in this document",)


def test_an_optional_action_may_select_nothing():
    action = {"target": "$.nobody", "update": {"x": 1}, "x-contract": {"optional": True}}
    assert applied({"a": 1}, action) == {"a": 1}
    with pytest.raises(DocumentError, match="selects nothing"):
        applied({"a": 1}, {**action, "x-contract": {"optional": False}})


HEAD = "overlay: 1.1.0\ninfo: {title: T, version: '1'}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "is no overlay"),
        ("openapi: 3.0.1", "is no overlay"),
        ("", "is no overlay"),
        ("overlay: [", "not YAML at line 2"),
        (HEAD.replace("1.1.0", "1.1") + "actions: [{target: $}]", "overlay is 1.1; this applies"),
        (HEAD.replace("1.1.0", "1.2.0") + "actions: [{target: $}]", "overlay is '1.2.0'"),
        ("overlay: 1.1.0\nactions: [{target: $}]", "the field info is missing"),
        ("overlay: 1.1.0\ninfo: {title: T}\nactions: [{target: $}]", "info: the field version is missing"),
        ("overlay: 1.1.0\ninfo: {title: T, version: 1}\nactions: [{target: $}]", "info: version is 1, not text"),
        ("overlay: 1.1.0\ninfo: T\nactions: [{target: $}]", "info is 'T', not an object"),
        (HEAD, "the field actions is missing"),
        (HEAD + "actions: {}", "actions is {}, not a list"),
        (HEAD + "actions: []", "actions is empty"),
        (HEAD + "actions: [1]", "action 1: is 1, not an object"),
        (HEAD + "actions: [{update: 1}]", "action 1: the field target is missing"),
        (HEAD + "actions: [{target: 1}]", "action 1: target is 1, not text"),
        (HEAD + "actions: [{target: $, updte: 1}]", "action 1: unknown field 'updte'"),
        (HEAD + "actions: [{target: $, remove: maybe}]", "action 1: remove is 'maybe'"),
        (HEAD.replace("1.1.0", "1.0.0") + "actions: [{target: $, copy: $.a}]", "action 1: unknown field 'copy'"),
        (HEAD + "actions: [{target: $, copy: 1}]", "action 1: copy is 1, not text"),
        (HEAD + "actions: [{target: $, copy: $, update: {}}]", "action 1: has update and"),
        (HEAD + "actions: [{target: $}, {target: $}]", "action 2: is the same as action 1"),
        (HEAD + "actions: [{target: $, x-contract: {optinal: true}}]", "action 1: x-contract of"),
        (HEAD + "extends: {}\nactions: [{target: $}]", "extends is {}, not text"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_told_with_file_and_place(text, says, tmp_path):
    file = tmp_path / "my.overlay.yaml"
    file.write_text(text)
    with pytest.raises(DocumentError) as error:
        load_overlay(file)
    assert str(error.value).startswith(f"{file}: {says}")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(DocumentError, match="there is no such file"):
        load_overlay("nowhere.yaml")


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1", "1.1.0", "1.1.7"])
def test_versions_and_extensions_are_accepted(version):
    text = (
        f"overlay: {version}\nx-mine: {{}}\nextends: ./a.yaml\n"
        "info: {title: T, version: '1', x-mine: 1, description: d}\n"
        "actions: [{target: $, description: d, x-mine: {}, update: {responses: {200: {a: 1}}}}]"
    )
    made, _ = apply_overlay({"responses": {"200": {"b": 2}}}, read_overlay(text, "it"), "it", lenient=False)
    assert made == {"responses": {"200": {"a": 1, "b": 2}}}


def test_json_is_read_too():
    text = '{\t"overlay": "1.1.0", "info": {"title": "T", "version": "1"}, "actions": [{"target": "$.a", "update": 2}]}'
    assert apply_overlay({"a": 1}, read_overlay(text, "it"), "it", lenient=False) == ({"a": 2}, ())


NAMES = st.text(max_size=4) | st.sampled_from(["a", "b", "get", "it's", 'a"b', "\\", "x-y", "/v1/{id}"])
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
VALUES = st.recursive(
    PLAIN, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3), max_leaves=12
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)
NO_LISTS = st.recursive(PLAIN, lambda below: st.dictionaries(NAMES, below, max_size=3), max_leaves=12)


def places(value, place=()):
    yield place
    for step, below in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(below, (*place, step))


def value_at(value, place):
    for step in place:
        value = value[step]
    return value


@given(OBJECTS, st.dictionaries(NAMES, NO_LISTS, max_size=4))
def test_merging_without_lists_is_idempotent_and_leaves_the_rest_alone(document, update):
    action = {"target": "$", "update": update}
    try:
        once = applied(document, action)
    except DocumentError:
        return  # kinds that cannot be merged
    assert applied(once, action) == once
    for place in places(update):
        value = value_at(update, place)
        if not isinstance(value, dict):
            assert value_at(once, place) == value
    for name in set(document) - set(update):
        assert once[name] == document[name]


@given(OBJECTS, st.data())
def test_what_is_removed_is_gone_and_all_else_stays(document, data):
    found = [place for place in places(document) if place]
    if not found:
        return
    place = data.draw(st.sampled_from(found))
    expected = copy.deepcopy(document)
    del value_at(expected, place[:-1])[place[-1]]
    assert applied(document, {"target": shown(place), "remove": True}) == expected


@given(OBJECTS, st.data())
def test_a_place_as_shown_selects_just_that_place(document, data):
    place = data.draw(st.sampled_from(sorted(places(document), key=repr)))
    if not isinstance(value_at(document, place), dict):
        return
    made = applied(document, {"target": shown(place), "update": {"x-new": 1}})
    changed = [one for one in places(made) if isinstance(value_at(made, one), dict) and "x-new" in value_at(made, one)]
    assert changed == [place]


@given(st.text(max_size=20) | st.from_regex(r"\$[.\[?@'a-c()=!&|*\]0-9]{0,20}", fullmatch=True), VALUES)
def test_any_target_ends_in_a_document_or_in_one_line(target, value):
    document = {"a": {"b": [1, {"c": 2}]}}
    problem = ""
    try:
        apply_overlay(document, overlay({"target": target, "update": value}), "it", lenient=True)
    except DocumentError as error:
        problem = str(error)
    assert not problem or (problem.startswith("it: action 1: ") and "\n" not in problem)


def test_a_value_put_in_many_places_is_not_shared():
    made = applied({"a": {}, "b": {}}, {"target": "$.*", "update": {"l": []}}, {"target": "$.a.l", "update": 1})
    assert made == {"a": {"l": [1]}, "b": {"l": []}}


def test_of_what_stands_in_two_places_only_one_is_updated():
    shared = {"type": "string"}
    made = applied(
        {"a": shared, "b": [shared]}, {"target": "$.a", "update": {"x": 1}}, {"target": "$.a", "remove": True}
    )
    assert made == {"b": [{"type": "string"}]}


def test_a_deep_document_is_searched_to_its_end():
    document = {"a": 1}
    for _ in range(150):
        document = {"n": document}
    assert applied(document, {"target": "$..[?@.a].a", "update": 2}) != document
