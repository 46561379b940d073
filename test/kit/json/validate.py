"""Lines of JSON on standard input; for each, "ok", or why the schema (first argument) does not allow it.

A second argument points to what to judge by, where not the whole document: "#/$defs/request".
"""
import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
if len(sys.argv) > 2:
    schema = {
        "$ref": sys.argv[2],
        "$defs": schema.get("$defs", {}),
        "components": schema.get("components", {}),
    }
validator = jsonschema.Draft202012Validator(schema)
for line in sys.stdin:
    error = next(validator.iter_errors(json.loads(line)), None)
    print("ok" if error is None else json.dumps(error.message[:300]))
