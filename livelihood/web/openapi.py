"""What the generated schema of the API cannot know by itself: the one shape of every refusal."""

from typing import Any

ERROR = {
    "type": "object",
    "description": "A refusal: why, at which parameters, and what is unfinished.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields", "issues"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "issues": {"type": "array", "items": {"type": "string"}},
            },
        }
    },
}


def document_errors(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Say of every operation that all but its success has the shape of `livelihood.web.api.exception_handler`."""
    result["components"]["schemas"]["Error"] = ERROR
    refused = {
        "description": "Refused",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = refused
    return result
