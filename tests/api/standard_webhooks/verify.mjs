// Says of each delivery whether the npm library `standardwebhooks` takes it. Reads lines of JSON,
// {"secret", "headers", "body" (base64)}, and answers one line each: {"valid", "type" or "why"}.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

function judged({ secret, headers, body }) {
  try {
    const message = new Webhook(secret).verify(Buffer.from(body, "base64"), headers);
    return { valid: true, type: message.type };
  } catch (error) {
    return { valid: false, why: `${error.name}: ${error.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(judged(JSON.parse(line))));
}
