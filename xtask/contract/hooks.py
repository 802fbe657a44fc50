"""What the fuzzer must be told: bytes of an upload are sent as they are."""
import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def octets(ctx, value):
    if isinstance(value, bytes):
        return value
    return str(value).encode()
