"""Drives the generated client, unmodified: one JSON command a line in, one JSON answer a line out."""

import json
import sys
from importlib import import_module

sys.path.insert(0, sys.argv[1])

from entrust_client import AuthenticatedClient, Client  # noqa: E402
from entrust_client.models import AdminApiAuthentication, WebhookParms  # noqa: E402

# Module of each operation, and the model of its body.
operations = {
    "authenticateAdminApiUsingPOST": ("authentication.authenticate_admin_api_using_post", AdminApiAuthentication),
    "createWebhookUsingPOST": ("webhooks.create_webhook_using_post", WebhookParms),
    "getWebhooksUsingGET": ("webhooks.get_webhooks_using_get", None),
    "readWebhookUsingGET": ("webhooks.read_webhook_using_get", None),
    "updateWebhookUsingPUT": ("webhooks.update_webhook_using_put", WebhookParms),
    "deleteWebhookUsingDELETE": ("webhooks.delete_webhook_using_delete", None),
    "testWebhookUsingPOST": ("webhooks.test_webhook_using_post", None),
}


def client_of(base_url, authorization, cookies):
    """One that raises on every status that the description lacks."""
    common = {"base_url": base_url, "cookies": cookies, "raise_on_unexpected_status": True}
    if authorization is None:
        return Client(**common)
    prefix, _, token = authorization.rpartition(" ")
    return AuthenticatedClient(token=token, prefix=prefix, **common)


def call(base_url, operation_id, id, body, authorization, cookies):
    name, model = operations[operation_id]
    given = {} if id is None else {"id": id}
    if model is not None:
        given["body"] = model.from_dict(body)
    operation = import_module(f"entrust_client.api.{name}")
    with client_of(base_url, authorization, cookies) as client:
        response = operation.sync_detailed(client=client, **given)
    return {
        "status": response.status_code,
        "setCookie": response.headers.get("set-cookie"),
        "text": response.content.decode(),
        "value": printed(response.parsed),
    }


def printed(parsed):
    if isinstance(parsed, list):
        return [printed(each) for each in parsed]
    return None if parsed is None else parsed.to_dict()


for line in sys.stdin:
    command = json.loads(line)
    try:
        assert command["name"] == "call"
        answer = {"value": call(*command["args"])}
    except Exception as error:  # the test decides what is a failure
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
