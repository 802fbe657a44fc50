"""What the fuzzer must be told: how bytes of an upload are sent, and what the contract's examples hold."""
import json
import pathlib

import schemathesis

CONTRACT = pathlib.Path("../../assets/contract")


@schemathesis.serializer("application/offset+octet-stream")
def octets(ctx, value):
    """Bytes are sent as they are."""
    if isinstance(value, bytes):
        return value
    return str(value).encode()


@schemathesis.hook
def before_load_schema(ctx, raw_schema):
    """Examples stand in files of their own; the fuzzer would look for them on the network."""
    inline(raw_schema)


def inline(node):
    if isinstance(node, list):
        for child in node:
            inline(child)
    if not isinstance(node, dict):
        return
    place = node.get("externalValue")
    if isinstance(place, str):
        node.pop("externalValue")
        node["value"] = json.loads((CONTRACT / place).read_text("utf-8"))
        return
    for child in node.values():
        inline(child)
