// Says what Spectral's OpenAPI rules, all of them, find in the document on standard input: a JSON array.
import { text } from "node:stream/consumers";
import spectral from "@stoplight/spectral-core";
import { oas } from "@stoplight/spectral-rulesets";

// Whom to write to, and under which licence it may be used, an operator says of his hub, not we.
const off = ["info-contact", "info-license", "license-url"];
const linter = new spectral.Spectral();
linter.setRuleset({ extends: [[oas, "all"]], rules: Object.fromEntries(off.map((rule) => [rule, "off"])) });
const found = await linter.run(JSON.parse(await text(process.stdin)));
console.log(JSON.stringify(found.map(({ code, path, message }) => ({ code, path: path.join("."), message }))));
