// What the API of mails and letters reads and answers, as JSON Schemas.
#include "mail/routes.hpp"

namespace lendport {
namespace {

std::string mail_schema(const std::string& more) {
  return R"({
  "type": "object",
  "required": ["id", "case_id", "letter", "language", "state", "attempts"],
  "properties": {
    "id": {"type": "string"},
    "case_id": {"type": "string"},
    "application_id": {"type": ["string", "null"]},
    "environment": {"type": "string", "enum": ["sandbox", "production"]},
    "letter": {
      "type": "string",
      "enum": ["decision", "loan_documents", "adverse_action", "staff_notice"]
    },
    "letter_version": {"type": "integer", "description": "Of the org's own texts; 0: the hub's."},
    "language": {"type": "string", "enum": ["en", "fr"]},
    "state": {"type": "string", "enum": ["queued", "sending", "sent", "refused", "unknown"]},
    "recipient": {"type": ["string", "null"], "description": "Masked; null once erased."},
    "subject": {"type": ["string", "null"]},
    "attempts": {"type": "integer"},
    "answer_code": {"type": ["integer", "null"], "description": "The relay's last reply."},
    "answer": {"type": ["string", "null"], "description": "Its words, or why the mail waits."},
    "next_at": {"type": ["string", "null"], "format": "date-time"},
    "created_at": {"type": "string", "format": "date-time"},
    "sent_at": {"type": ["string", "null"], "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"})" +
         more + "\n  }\n}";
}

constexpr const char* kMailPage = R"({
  "allOf": [{"$ref": "#/components/schemas/Page"}],
  "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Mail"}}}
})";

constexpr const char* kLetterTexts = R"({
  "type": "object",
  "required": ["subject", "text", "html"],
  "additionalProperties": false,
  "properties": {
    "subject": {"type": "string", "maxLength": 480},
    "text": {
      "type": "string",
      "maxLength": 32768,
      "description": "{{variable}}, {{#variable}}…{{/variable}} and {{^variable}}…{{/variable}}."
    },
    "html": {"type": "string", "maxLength": 65536, "description": "The same; values are escaped."}
  }
})";

constexpr const char* kLetterPreview = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "subject": {
      "type": "string",
      "maxLength": 480,
      "description": "With text and html: texts to try. Absent: those in force."
    },
    "text": {"type": "string", "maxLength": 32768},
    "html": {"type": "string", "maxLength": 65536},
    "variant": {
      "type": "string",
      "enum": ["approved", "conditional", "prequalified"],
      "description": "Of a decision."
    }
  }
})";

constexpr const char* kLetter = R"({
  "type": "object",
  "required": ["letter", "language", "version", "built_in", "subject", "text", "html", "variables"],
  "properties": {
    "letter": {
      "type": "string",
      "enum": ["decision", "loan_documents", "adverse_action", "staff_notice"]
    },
    "language": {"type": "string", "enum": ["en", "fr"]},
    "version": {"type": "integer", "description": "0: the org never published its own."},
    "built_in": {"type": "boolean"},
    "subject": {"type": "string"},
    "text": {"type": "string"},
    "html": {"type": "string"},
    "variables": {"type": "array", "items": {"type": "string"}},
    "versions": {
      "type": "array",
      "description": "The latest 50, newest first.",
      "items": {
        "type": "object",
        "properties": {
          "version": {"type": "integer"},
          "built_in": {"type": "boolean"},
          "published_by": {"type": "string"},
          "published_at": {"type": "string", "format": "date-time"}
        }
      }
    }
  }
})";

constexpr const char* kWords = R"(,
    "text": {"type": ["string", "null"]},
    "html": {"type": ["string", "null"]})";

}  // namespace

http::Schemas mail_schemas() {
  return {{"Mail", mail_schema("")},         {"MailWithWords", mail_schema(kWords)},
          {"MailPage", kMailPage},           {"LetterTexts", kLetterTexts},
          {"LetterPreview", kLetterPreview}, {"Letter", kLetter}};
}

}  // namespace lendport
