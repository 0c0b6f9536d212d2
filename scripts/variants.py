"""Which parts of the requests that the descriptions offer were sent with success: fields, listed values, parameters.

coverage.py prints those that were not, where exchanges have the key `request` (as those of `cargo xtask contract` have).
"""
import collections
import re
import urllib.parse

# How deep objects in a body are looked into.
DEPTH = 3


def joined(at, key):
    """The path of a key; all languages are one."""
    if at == "translated_content" and key != "type":
        key = "{}"
    return f"{at}.{key}" if at else key


def fields(spec, schema, at="", depth=0):
    """The parts of a body: `name`, `name=value` for each listed value, `name.inner`, `name[].inner`."""
    schema = spec.resolve(schema or {})
    if not isinstance(schema, dict) or depth > DEPTH:
        return set()
    found = set()
    for word in ("oneOf", "anyOf", "allOf"):
        for part in schema.get(word, ()):
            found |= fields(spec, part, at, depth)
    for value in schema.get("enum") or ():
        if at and value is not None:
            found.add(f"{at}={value}")
    for key, inner in (schema.get("properties") or {}).items():
        name = joined(at, key)
        found |= {name} | fields(spec, inner, name, depth + 1)
    if "items" in schema:
        found |= fields(spec, schema["items"], f"{at}[]", depth)
    return found


def sent(value, at=""):
    """The same parts of a body that was sent."""
    if isinstance(value, dict):
        named = [(joined(at, key), inner) for key, inner in value.items()]
        return {name for name, _ in named}.union(*(sent(inner, name) for name, inner in named))
    if isinstance(value, list):
        return set().union(*(sent(item, f"{at}[]") for item in value))
    return {f"{at}={value}"} if isinstance(value, str) else set()


def parts_of(exchange):
    """What a recorded request has."""
    query = urllib.parse.parse_qs(exchange["path"].partition("?")[2], keep_blank_values=True)
    return sent(exchange.get("request")) | {f"?{name}" for name in query}


def offered(check, versions):
    """{(METHOD, shape): parts} of the descriptions of some versions."""
    found = collections.defaultdict(set)
    for version in versions:
        spec = check.spec(version)
        for method, template, _, _, operation in spec.operations:
            key = (method.upper(), re.sub(r"\{[^}]*\}", "{}", template))
            for content in (spec.resolve(operation.get("requestBody", {})).get("content") or {}).values():
                found[key] |= fields(spec, content.get("schema"))
            parameters = [spec.resolve(parameter) for parameter in operation.get("parameters", ())]
            found[key] |= {f"?{one['name']}" for one in parameters if one.get("in") == "query"}
    return found
