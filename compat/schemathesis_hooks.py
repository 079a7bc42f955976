"""Steers what Schemathesis generates, so that many requests get as far as an answer.

Left to itself it names models that nobody serves, and talks in roles and parts that no provider
takes. Requests that are meant to be wrong stay as they are.
"""

import schemathesis

# None that fails with 5xx: that is what is looked for.
MODELS = ("demo/echo", "demo/lorem", "demo/fail-400", "demo/fail-422", "demo/fail-429")

# The id of an echo, as the gateway's configuration in schemathesis.sh has it.
MODEL_ID = "11111111-1111-4111-8111-111111111111"

PATH_PARAMETERS = ("modelIdentifier", "objectIdentifier")

# What the demo provider is particular about.
PARTICULAR = (
    "tools",
    "tool_choice",
    "response_format",
    "fallbacks",
    "max_tokens",
    "max_completion_tokens",
    "modalities",
    "n",
    "stop",
    "logprobs",
    "top_logprobs",
    "logit_bias",
    "transcript_id",
)


def weight(value):
    """A number that is the same for the same value, and spread over all."""
    return sum(map(ord, repr(value)))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Names a served model, and makes two of three conversations plain, every other one a stream."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for name in PATH_PARAMETERS:
        given = (case.path_parameters or {}).get(name)
        if given is not None and weight(given) % 5:
            case.path_parameters[name] = MODEL_ID
    body = case.body
    if not isinstance(body, dict) or "prompt" in body:
        return
    choice = weight(body)
    if "model" in body:
        body["model"] = MODELS[max(0, choice % 10 - 5)]
    if choice % 3:
        body["messages"] = [{"role": "user", "content": f"say {choice}"}]
        for name in PARTICULAR:
            body.pop(name, None)
        body["stream"] = choice % 2 == 0
