"""Steers what Schemathesis generates: a model that is served, so that most requests reach it."""

import schemathesis

# None that fails with 5xx: that is what is looked for.
MODELS = ("demo/echo", "demo/lorem", "demo/fail-400", "demo/fail-422", "demo/fail-429")

# The same model's id, as the gateway's configuration in schemathesis.sh has it.
MODEL_ID = "11111111-1111-4111-8111-111111111111"


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Names a served model in most of the paths that name any by its id."""
    for name in ("modelIdentifier", "objectIdentifier"):
        given = (path_parameters or {}).get(name)
        if isinstance(given, str) and sum(map(ord, given)) % 10 < 8:
            path_parameters[name] = MODEL_ID
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """Names a served model in most of the bodies that name any."""
    if isinstance(body, dict) and isinstance(body.get("model"), str) and body["model"]:
        choice = sum(map(ord, body["model"])) % 10
        if choice < 9:
            body["model"] = MODELS[0] if choice < 5 else MODELS[choice - 4]
    return body
