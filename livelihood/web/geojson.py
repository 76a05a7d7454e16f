"""Answers that a map draws: outlines and points as GeoJSON."""

from collections.abc import Mapping, Sequence

from django.http import JsonResponse

Feature = Mapping[str, object]


def answer(features: Sequence[Feature], **more: object) -> JsonResponse:
    """Answer some features; more: what else is said of them together."""
    collection = {"type": "FeatureCollection", "features": features, **more}
    return JsonResponse(collection, content_type="application/geo+json", json_dumps_params={})


def feature(geometry: Mapping[str, object], **properties: object) -> Feature:
    """Return what stands on a map, with what is said of it."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(longitude: float, latitude: float, **properties: object) -> Feature:
    """Return a point, to some ten centimetres."""
    return feature({"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}, **properties)
