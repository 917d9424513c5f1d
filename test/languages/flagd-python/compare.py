"""What flagd's own engine for Python serves from Sluice's feed, beside what Sluice answers."""

import json
import os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext

URL, KEY = os.environ["SLUICE_URL"], os.environ["SLUICE_KEY"]
USERS = int(os.environ.get("USERS", "300"))


def ask(path: str, body: dict | None = None, **headers: str):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers}
    return urlopen(Request(URL + path, data, headers))


def same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"{what}: {found!r}, not {expected!r}")


feed = ask("/flagd/v1/flags.json")
omitted = json.load(ask("/flagd/v1/omitted"))["omitted"]
same("left out", [(one["key"], one["code"]) for one in omitted], [("left-out", "big-segment")])
same("how many are left out", feed.headers["Sluice-Omitted"], "1")
try:
    status = ask("/flagd/v1/flags.json", **{"If-None-Match": feed.headers["ETag"]}).status
except HTTPError as error:
    status = error.code
same("the same again", status, 304)
for what, key in {"no key": "", "a client's key": os.environ["SLUICE_CLIENT_KEY"]}.items():
    try:
        status = ask("/flagd/v1/flags.json", Authorization=f"Bearer {key}").status
    except HTTPError as error:
        status = error.code
    same(what, status, 403 if key else 401)

text = feed.read().decode()
engine = FlagdCore()
engine.set_flags(text)
KINDS = {bool: "boolean", str: "string", int: "integer", float: "float", dict: "object"}
kinds = {key: KINDS[type(next(iter(flag["variants"].values())))] for key, flag in json.loads(text)["flags"].items()}
compared = 0
for n in range(USERS):
    attributes = {"country": ["DE", "AT", "$&"][n % 3], "age": n % 90}
    if n % 4:
        attributes["email"] = f"user-{n}@example.{'com' if n % 2 else 'org'}"
    if n % 7 == 0:
        attributes["address"] = {"city": "Wien"}
    bulk = json.load(ask("/ofrep/v1/evaluate/flags", {"context": {"targetingKey": f"user-{n}", **attributes}}))
    ours = {flag["key"]: flag.get("value") for flag in bulk["flags"]}
    for key, kind in kinds.items():
        resolve = getattr(engine, f"resolve_{kind}_value")
        theirs = resolve(key, None, EvaluationContext(f"user-{n}", attributes)).value
        same(f"{key} for user-{n} with {attributes}", theirs, ours[key])
        compared += 1
print(f"languages: flagd-python compared {compared} answers")
