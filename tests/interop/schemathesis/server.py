"""The server that is hammered: where it is, who may call, and single requests outside of any test.

Addresses and keys come in the environment; `cargo xtask interop schemathesis` sets it.
"""

import json
import os
import urllib.parse
import urllib.request

URL = os.environ["STRONGROOM_URL"]
API_KEY = os.environ["STRONGROOM_API_KEY"]
PASSWORD = os.environ["STRONGROOM_PASSWORD"]
TENANT = os.environ["STRONGROOM_TENANT"]
# A folder with a few files, which is what gets backed up.
FILES = os.environ["STRONGROOM_FILES"]
# Where restores go, and nothing else.
RESTORED = os.environ["STRONGROOM_RESTORED"]

TENANT_HEADER = "X-IBM-Tenant-ID"


def send(method, path, body=None, headers=None, content_type="application/json"):
    """Sends one request outside of any test; the headers of its answer and its JSON."""
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    request = urllib.request.Request(URL + path, body, {"Content-Type": content_type, **(headers or {})}, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return answer.headers, json.loads(text) if text else None


def token():
    form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": API_KEY}
    encoded = urllib.parse.urlencode(form).encode()
    _, answer = send("POST", "/identity/token", encoded, content_type="application/x-www-form-urlencoded")
    return answer["access_token"]


def session():
    headers, _ = send("POST", "/api/session/login", {"login": "admin", "password": PASSWORD})
    return headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
