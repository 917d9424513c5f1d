"""What every caller of Sluice has to do, and what makes requests meet something instead of nothing."""

import itertools
import os
import urllib.parse

import schemathesis
from schemathesis.core import NotSet

_ADMIN = f"Bearer {os.environ['SLUICE_ADMIN_TOKEN']}"
_SERVER = f"Bearer {os.environ.get('SERVER_KEY', '')}"
_addresses = itertools.count(1)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Two of three requests are for an environment that there is, every third for a flag that there is."""
    if not path_parameters:
        return path_parameters
    turn = sum(map(ord, repr(sorted(path_parameters.items()))))
    if "env" in path_parameters and turn % 3 != 0:
        path_parameters["env"] = "development"
    if "key" in path_parameters and turn % 3 == 1:
        path_parameters["key"] = "one-page-checkout"
    return path_parameters


@schemathesis.hook
def filter_query(context, query):
    """An address of more than 16 KiB never reaches Sluice: the platform answers it with 414."""
    return not query or len(urllib.parse.urlencode(query, doseq=True)) < 12_000


@schemathesis.hook
def before_call(context, case, kwargs):
    """A write names its content type even when its body is empty; evaluation has keys of its own; and each request
    comes from an address of its own, or the limit of failed attempts would answer in place of what is tested."""
    if case.method.upper() not in ("GET", "HEAD", "OPTIONS") and isinstance(case.body, NotSet):
        case.headers.setdefault("Content-Type", "application/json")
    number = next(_addresses)
    case.headers["CF-Connecting-IP"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    if case.path.startswith(("/ofrep", "/v1", "/flagd")):
        for headers in (case.headers, kwargs.get("headers") or {}):
            if headers.get("Authorization") == _ADMIN:
                headers["Authorization"] = _SERVER
