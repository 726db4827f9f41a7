"""Drives the PyPI package xurrent, unmodified, and PyJWT: one JSON command a line in, one JSON answer a line out."""

import base64
import json
import sys

import jwt
from requests.exceptions import HTTPError
from xurrent.core import XurrentApiHelper

helper = None


def connect(base_url, token, account, resolve_user):
    global helper
    helper = XurrentApiHelper(base_url, token, account, resolve_user)
    if not resolve_user:
        return None
    return {"id": helper.api_user.id, "name": helper.api_user.name, "teams": len(helper.api_user_teams)}


def call(uri, method="GET", data=None, per_page=100):
    return helper.api_call(uri, method, data, per_page)


def decode(token, key, algorithm, audience=None, issuer=None):
    """What a receiver does: one pinned algorithm, the key from the policy, no tolerance."""
    options = {"verify_aud": audience is not None}
    claims = jwt.decode(token, key, algorithms=[algorithm], audience=audience, issuer=issuer, options=options)
    return {"header": jwt.get_unverified_header(token), "claims": claims}


def decode_with_secret(token, base64_secret, algorithm, audience):
    return decode(token, base64.b64decode(base64_secret), algorithm, audience)


def decode_with_jwks(token, jwks, algorithm, issuer):
    keys = jwt.PyJWKSet.from_dict(jwks)
    kid = jwt.get_unverified_header(token)["kid"]
    return decode(token, keys[kid].key, algorithm, None, issuer)


commands = {
    "connect": connect,
    "call": call,
    "decode": decode,
    "decode_with_secret": decode_with_secret,
    "decode_with_jwks": decode_with_jwks,
}

for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = {"value": commands[command["name"]](*command["args"])}
    except HTTPError as error:
        answer = {"status": error.response.status_code, "body": error.response.json()}
    except Exception as error:  # the test decides what is a failure
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
