"""A route as /openapi.json describes it."""
import re


class Route:
    def __init__(self, method, path, described, schemas):
        self.method, self.path = method.upper(), path
        self.permission = described.get("x-permission")
        self.public = described.get("security") == []
        self.parameters = re.findall(r"{(\w+)}", path)
        self.queries = {p["name"] for p in described.get("parameters", []) if p["in"] == "query"}
        self.idempotent = any(p["in"] == "header" and p["name"] == "Idempotency-Key"
                              for p in described.get("parameters", []))
        content = described.get("requestBody", {}).get("content", {})
        self.schema = name_of(content["application/json"]["schema"]) if "application/json" in content else None
        self.raw = bool(content) and self.schema is None  # a body of bytes
        self.fields = sorted(fields_of(schemas, {"$ref": f"#/components/schemas/{self.schema}"})) if self.schema else []
        self.listed = any(name_of(answer["content"]["application/json"]["schema"]).endswith("Page")
                          for status, answer in described["responses"].items()
                          if status.startswith("2") and "application/json" in answer.get("content", {}))

    def __str__(self):
        return f"{self.method} {self.path}"


def name_of(schema):
    return schema.get("$ref", "").rpartition("/")[2]


def fields_of(schemas, schema, before="", seen=()):
    """The paths of all fields a schema describes, `applicants/id`."""
    found = set()
    name = name_of(schema)
    if name:
        return found if name in seen else fields_of(schemas, schemas[name], before, (*seen, name))
    for part in ("allOf", "oneOf", "anyOf"):
        for one in schema.get(part, []):
            found |= fields_of(schemas, one, before, seen)
    if "items" in schema:
        found |= fields_of(schemas, schema["items"], before, seen)
    for field, inner in schema.get("properties", {}).items():
        found.add(before + field)
        found |= fields_of(schemas, inner, f"{before}{field}/", seen)
    return found
