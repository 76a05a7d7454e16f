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
    """Say of every operation that all but its success has the one shape of `livelihood.kernel.pages.refusal_of_api`."""
    result["components"]["schemas"]["Error"] = ERROR
    refused = {
        "description": (
            "Refused, whoever refuses: a parameter (400), no such row (404), a method or a form of answer that is not "
            "there (405, 406), a request that is too large (413, 414, 431), too many requests (429), work that took "
            "too long or maintenance (503)."
        ),
        "headers": {
            "Retry-After": {
                "description": "After how many seconds it may be tried again, where that is known (429, 503).",
                "schema": {"type": "integer"},
            }
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = refused
    return result
