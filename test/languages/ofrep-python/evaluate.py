"""What the official OFREP provider for Python makes of Sluice's answers."""

import logging
import os

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode

logging.disable()  # this provider logs an answer without a variant, and serves the default in the code
URL = os.environ["SLUICE_URL"]


def client(key: str, domain: str):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    api.set_provider(OFREPProvider(URL, headers_factory=lambda: headers), domain)
    return api.get_client(domain)


def same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"{what}: {found!r}, not {expected!r}")


def person(key: str = "customer-1", **attributes: object) -> EvaluationContext:
    return EvaluationContext(key, attributes)


server = client(os.environ["SLUICE_KEY"], "server")
on = server.get_boolean_details("bool", False, person(email="ada@example.com"))
same("a rule", (on.value, on.variant, str(on.reason)), (True, "on", "TARGETING_MATCH"))
same("its metadata", (on.flag_metadata["team"], on.flag_metadata["ruleId"]), ("shop", "staff"))
off = server.get_boolean_details("bool", True, person(email="ada@example.org"))
same("the default", (off.value, off.variant, str(off.reason)), (False, "off", "DEFAULT"))
same("a path", server.get_boolean_value("bool", False, person(address={"city": "Wien"})), True)
same("text", server.get_string_value("text", "", person()), "Grüß Gott 👋")
same("a whole number", server.get_integer_value("whole", 0, person()), 7)
same("a part", server.get_float_value("part", 0.0, person()), 1.5)
same("an object", server.get_object_value("object", {}, person()), {"a": [1, "zwei", None], "b": {"c": True}})
same("the default in the code", server.get_string_value("in code", "mine", person()), "mine")
same("no context", server.get_boolean_value("bool", True), False)

with open(os.environ["SHARES"], encoding="utf-8") as shares:
    for user, variant in (line.split() for line in shares):
        same(user, server.get_string_details("share", "", person(user)).variant, variant)

unknown = server.get_boolean_details("nowhere", True, person())
same("an unknown flag", (unknown.value, unknown.error_code), (True, ErrorCode.FLAG_NOT_FOUND))
other = server.get_boolean_details("text", True, person())
same("another type", (other.value, other.error_code), (True, ErrorCode.TYPE_MISMATCH))
for key in ("ü & +1", "one/two"):
    same(key, server.get_boolean_value(key, False, person()), True)

browser = client(os.environ["SLUICE_CLIENT_KEY"], "browser")
same("a client's flag", browser.get_boolean_value("bool", False, person(email="ada@example.com")), True)
hidden = browser.get_boolean_details("text", True, person())
same("a flag that isn't a client's", hidden.error_code, ErrorCode.FLAG_NOT_FOUND)
for what, key in {"no key": "", "another's key": "slc_server_production_" + "0" * 40}.items():
    refused = client(key, what).get_boolean_details("bool", True, person())
    same(what, (refused.value, refused.error_code, refused.error_message), (True, ErrorCode.GENERAL, "unauthorized"))
api.shutdown()
