"""The form of SARIF 2.1.0, as far as the reports use it, by its prose: what is required, and what a value may be.

Objects that reports write are closed, so that a property by a wrong name is found.
"""

from typing import Any

import jsonschema


def closed(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": {name.removesuffix("_"): of for name, of in properties.items()},
        "additionalProperties": False,
    }


def array(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": of, **more}


TEXT = {"type": "string"}
# Plain to see, and neither a placeholder nor a link.
MESSAGE = closed("text", text={"type": "string", "minLength": 1, "pattern": r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"})
COUNT = {"type": "integer", "minimum": 0}
NUMBER = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
BAG = {"type": "object"}
# A relative reference by RFC 3986 of plain segments: no scheme, no authority, no query, no dots, no empty segment.
SEGMENT = r"(?!\.{1,2}(?:/|$))(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+"
URI = {"type": "string", "pattern": f"^{SEGMENT}(?:/{SEGMENT})*$"}
REGION = closed("startLine", startLine=NUMBER, endLine=NUMBER, startColumn=NUMBER, endColumn=NUMBER)
LOCATION = closed(
    "physicalLocation",
    id={"type": "integer", "minimum": 0},
    message=MESSAGE,
    physicalLocation=closed("artifactLocation", artifactLocation=closed("uri", uri=URI), region=REGION),
    logicalLocations=array(closed("", name=TEXT, fullyQualifiedName=TEXT, kind=TEXT), minItems=1, uniqueItems=True),
)
DESCRIPTION = {"allOf": [MESSAGE, {"properties": {"text": {"maxLength": 1024}}}]}
DESCRIPTOR = closed(
    "id shortDescription fullDescription help",
    id={"type": "string", "minLength": 1},
    name={"type": "string", "maxLength": 255},
    shortDescription=DESCRIPTION,
    fullDescription=DESCRIPTION,
    help=MESSAGE,
    defaultConfiguration=closed("level", level=LEVEL),
    properties={
        "type": "object",
        "properties": {"tags": array(TEXT, maxItems=20, uniqueItems=True)},
    },
)
RESULT = closed(
    "ruleId ruleIndex message locations partialFingerprints",
    ruleId={"type": "string", "minLength": 1},
    ruleIndex=COUNT,
    # of another kind a result has no level
    kind={"const": "fail"},
    level={"enum": ["warning", "error"]},
    message=MESSAGE,
    locations=array(LOCATION, minItems=1, maxItems=1),
    relatedLocations=array(LOCATION, uniqueItems=True),
    partialFingerprints={
        "type": "object",
        "required": ["primaryLocationLineHash"],
        "additionalProperties": {"type": "string", "minLength": 1},
    },
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    suppressions=array(
        closed("kind", kind={"enum": ["inSource", "external"]}, status={"const": "accepted"}, justification=TEXT)
    ),
    properties=BAG,
)
NOTIFICATION = closed(
    "message",
    descriptor=closed("id", id={"type": "string", "minLength": 1}),
    level=LEVEL,
    message=MESSAGE,
    locations=array(LOCATION),
)
RUN = closed(
    "tool results columnKind invocations",
    tool=closed(
        "driver",
        driver=closed(
            "name semanticVersion rules",
            name=TEXT,
            semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
            rules=array(DESCRIPTOR, uniqueItems=True, maxItems=25_000),
        ),
    ),
    automationDetails=closed("id", id=TEXT),
    columnKind={"const": "unicodeCodePoints"},
    results=array(RESULT, maxItems=25_000),
    invocations=array(
        closed(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=array(NOTIFICATION),
        ),
        minItems=1,
        maxItems=1,
    ),
    properties=BAG,
)
LOG = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": array(RUN, minItems=1, maxItems=1),
    },
    "additionalProperties": False,
}
VALIDATOR = jsonschema.Draft202012Validator(LOG)


def validated(log: Any) -> dict[str, Any]:
    """The run of a log, which has the form, and in which what names something else by number names it rightly."""
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        ids = [place["id"] for place in result.get("relatedLocations", ())]
        assert ids == list(range(1, len(ids) + 1))
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            region = place["physicalLocation"]["region"]
            start = (region["startLine"], region.get("startColumn", 1))
            assert start <= (region.get("endLine", region["startLine"]), region.get("endColumn", start[1]))
    states = {"baselineState" in result for result in run["results"]}
    assert len(states) <= 1
    known = [tuple(sorted(result["partialFingerprints"].items())) for result in run["results"]]
    assert len(set(known)) == len(known)
    return dict(run)
