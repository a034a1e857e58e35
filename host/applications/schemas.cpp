// What the API of applications reads and answers, as JSON Schemas.
#include "applications/routes.hpp"

namespace lendport {
namespace {

constexpr const char* kNewApplication = R"({
  "type": "object",
  "required": ["quote_id", "consent"],
  "additionalProperties": false,
  "properties": {
    "quote_id": {"type": "string", "description": "An active quote of the case."},
    "again": {"type": "boolean", "default": false,
      "description": "Although another application for the same case and product is not over."},
    "consent": {
      "type": "object",
      "required": ["scope", "text_version", "language"],
      "additionalProperties": false,
      "description": "The applicant's agreement to a soft credit check, recorded first.",
      "properties": {
        "scope": {"type": "string", "const": "soft"},
        "text_version": {"type": "string", "maxLength": 64},
        "language": {"type": "string", "enum": ["en", "fr", "es"]},
        "at": {"type": "string", "format": "date-time", "description": "Now if absent."}
      }
    }
  }
})";

constexpr const char* kDecision = R"({
  "type": "object",
  "description": "What the lender decided; null where it said nothing.",
  "properties": {
    "amount": {"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]},
    "apr": {"anyOf": [{"$ref": "#/components/schemas/Rate"}, {"type": "null"}]},
    "term_months": {"type": ["integer", "null"]},
    "expires_at": {"type": ["string", "null"], "format": "date-time"},
    "decided_at": {"type": ["string", "null"], "format": "date-time"},
    "creditor": {"type": ["string", "null"]},
    "conditions": {"type": "array", "items": {"type": "object"}},
    "stipulations": {"type": "array", "items": {"type": "object"}},
    "reasons": {
      "type": "array",
      "items": {
        "type": "object",
        "required": ["text"],
        "properties": {
          "code": {"type": ["string", "null"], "description": "The lender's own."},
          "unified_code": {
            "type": "string",
            "description": "The hub's; any word that is none of its own becomes other."
          },
          "text": {"type": "string"}
        }
      }
    },
    "report": {
      "type": ["object", "null"],
      "description": "The consumer report the decision rests on.",
      "properties": {
        "agency": {"type": ["string", "null"]},
        "address": {"type": ["string", "null"]},
        "phone": {"type": ["string", "null"]},
        "score_used": {"type": "boolean"}
      }
    },
    "report_used": {
      "type": ["boolean", "null"],
      "description": "Whether it rests on a consumer report; null where nobody said."
    },
    "notice_sent_at": {
      "type": ["string", "null"], "format": "date-time",
      "description": "When the lender sent its notice, as it says; people use :record-notice."
    }
  }
})";

constexpr const char* kAdverseNotice = R"({
  "type": ["object", "null"],
  "description": "The notice of adverse action owed to the applicant (12 CFR 1002.9); US only.",
  "properties": {
    "kind": {"type": "string", "enum": ["decline", "counter_offer"]},
    "state": {"type": "string", "enum": ["due", "sending", "overdue", "sent", "not_needed"]},
    "rule": {"type": "string", "description": "The paragraph that sets the date."},
    "runs_from": {"type": "string", "format": "date-time"},
    "due_at": {"type": "string", "format": "date-time"},
    "sender": {"type": "string", "enum": ["hub", "lender"], "description": "Never both."},
    "mail_id": {"type": ["string", "null"], "description": "The hub's letter."},
    "reminded": {"type": "boolean"},
    "why_not_written": {"type": ["string", "null"]},
    "sent_at": {"type": ["string", "null"], "format": "date-time"},
    "sent_by": {"type": ["string", "null"], "enum": ["hub", "lender", null]},
    "proof": {
      "type": ["object", "null"],
      "properties": {
        "source": {"type": "string", "enum": ["relay", "lender", "person"]},
        "words": {"type": ["string", "null"]},
        "code": {"type": ["integer", "null"], "description": "Of the relay."},
        "written_by": {"type": ["string", "null"]},
        "written_at": {"type": "string", "format": "date-time"}
      }
    },
    "ended_because": {"type": ["string", "null"]}
  }
})";

constexpr const char* kOnwardConsent = R"({
  "type": "object",
  "required": ["lender", "text_version", "apr_max", "term_months_max", "amount_max"],
  "additionalProperties": false,
  "description": "Agreement that a further lender is asked by itself, for these terms or better.",
  "properties": {
    "lender": {"type": "string", "maxLength": 256},
    "text_version": {"type": "string", "maxLength": 64},
    "apr_max": {"$ref": "#/components/schemas/Rate"},
    "term_months_max": {"type": "integer", "minimum": 1, "maximum": 600},
    "amount_max": {"$ref": "#/components/schemas/Money"},
    "language": {"type": "string", "enum": ["en", "fr", "es"],
      "description": "In which it was shown; the application's consent's if absent."},
    "at": {"type": "string", "format": "date-time", "description": "Now if absent."}
  }
})";

constexpr const char* kApplication = R"({
  "type": "object",
  "required": ["id", "case_id", "quote_id", "product_id", "state", "version"],
  "properties": {
    "id": {"type": "string"},
    "case_id": {"type": "string"},
    "quote_id": {"type": "string"},
    "product_id": {"type": "string"},
    "product_version": {"type": "integer"},
    "lender": {"type": "string"},
    "connection_id": {"type": ["string", "null"]},
    "environment": {"type": "string", "enum": ["sandbox", "production"]},
    "handed_over": {"type": "boolean", "description": "No integration: people carry it."},
    "state": {
      "type": "string",
      "enum": ["draft", "confirmed", "submitting", "unknown", "failed", "in_review", "needs_info",
               "prequalified", "conditional", "approved", "declined", "documents_sent", "signed",
               "countersigned", "funded", "cancelled", "expired"]
    },
    "rep": {
      "type": "object",
      "properties": {
        "rep_id": {"type": "string", "description": "The sales rep, always kept."},
        "lender_rep_id": {"type": ["string", "null"]},
        "generic_account": {"type": "boolean"}
      }
    },
    "financed_amount": {"$ref": "#/components/schemas/Money"},
    "amount_sent_to_lender": {"$ref": "#/components/schemas/Money"},
    "term_months": {"type": "integer"},
    "apr": {"$ref": "#/components/schemas/Rate"},
    "credit_check": {"type": "string", "const": "soft"},
    "consent": {
      "type": ["object", "null"],
      "description": "Null: prepared without it, to be given with the confirmation.",
      "properties": {
        "scope": {"type": "string", "const": "soft"},
        "text_version": {"type": "string"},
        "language": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "waterfall": {"type": "array", "items": {"$ref": "#/components/schemas/OnwardConsent"}}
      }
    },
    "lender_application_id": {"type": ["string", "null"]},
    "lender_status": {"type": ["string", "null"], "description": "The lender's word, verbatim."},
    "portal_url": {"type": ["string", "null"]},
    "decision": {"anyOf": [{"$ref": "#/components/schemas/Decision"}, {"type": "null"}]},
    "failure": {
      "type": ["object", "null"],
      "description": "A technical refusal: no credit decision, may be confirmed again.",
      "properties": {"code": {"type": "string"}, "message": {"type": "string"}}
    },
    "documents": {
      "type": ["object", "null"],
      "description": "The loan documents, once somebody asked the lender to send them.",
      "properties": {
        "state": {
          "type": "string",
          "enum": ["requested", "sending", "unknown", "pending", "sent", "failed"]
        },
        "requested_at": {"type": "string", "format": "date-time"},
        "opened_at": {
          "type": ["string", "null"], "format": "date-time",
          "description": "By the applicant, as the lender first said."
        },
        "attempts": {"type": "integer"},
        "failure": {"type": ["object", "null"]}
      }
    },
    "notice": {"$ref": "#/components/schemas/AdverseNotice"},
    "next": {
      "type": ["object", "null"],
      "description": "The draft prepared with the next lender of the org's waterfall.",
      "properties": {
        "application_id": {"type": "string"},
        "lender": {"type": "string"},
        "skipped": {
          "type": "array", "maxItems": 20,
          "description": "Lenders before it in the order that could not be asked just then.",
          "items": {
            "type": "object",
            "properties": {
              "lender": {"type": "string"},
              "code": {
                "type": "string", "enum": ["not_connected", "lender_paused", "catalogue_too_old"]
              }
            }
          }
        }
      }
    },
    "attention": {"type": ["string", "null"],
      "description": "Why a person should look, in the caller's language."},
    "attention_code": {
      "type": ["string", "null"],
      "description": "The same for programs; other: in the words of an earlier version.",
      "enum": [
        "cannot_be_asked", "connection_removed", "no_longer_known", "another_application",
        "keeps_failing", "refuses_credentials", "silent", "taken_and_not_known",
        "documents_unknown", "documents_lost", "upload_unknown", "upload_lost", "unreadable",
        "lost_too_often", "unknown_status", "left_out", "left_out_one", "another_of_its_own",
        "does_not_follow", "notice_due", "notice_overdue", "notice_not_written",
        "notice_not_sent", "other", null
      ]
    },
    "attempts": {"type": "integer"},
    "waits_for": {
      "type": ["object", "null"],
      "description": "What keeps it from going on by itself; where one application is shown.",
      "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "until": {"type": "string", "format": "date-time"}
      }
    },
    "created_at": {"type": "string", "format": "date-time"},
    "confirmed_at": {"type": ["string", "null"], "format": "date-time"},
    "decided_at": {"type": ["string", "null"], "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"},
    "version": {"type": "integer"}
  }
})";

constexpr const char* kApplicationPage = R"({
  "allOf": [{"$ref": "#/components/schemas/Page"}],
  "type": "object",
  "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Application"}}
  }
})";

constexpr const char* kConfirmation = R"({
  "type": "object",
  "required": ["first_name", "last_name", "email", "phone", "address"],
  "additionalProperties": false,
  "description": "The borrower as the person saw it; a difference is answered with both values.",
  "properties": {
    "first_name": {"type": "string", "maxLength": 128},
    "last_name": {"type": "string", "maxLength": 128},
    "email": {"type": "string", "maxLength": 254},
    "phone": {"type": "string", "maxLength": 32},
    "address": {"type": "string", "maxLength": 1024, "description": "On one line."},
    "again": {"type": "boolean", "default": false,
      "description": "Although another application for the same case and product is not over."},
    "mismatch": {
      "type": "object",
      "required": ["accepted", "reason"],
      "additionalProperties": false,
      "description": "The installation agreement may differ; takes applications_override.",
      "properties": {
        "accepted": {"type": "boolean", "const": true},
        "reason": {"type": "string", "maxLength": 2000}
      }
    },
    "consent": {
      "type": "object",
      "additionalProperties": false,
      "description": "To this check, where none was recorded yet; and to further lenders.",
      "properties": {
        "scope": {"type": "string", "const": "soft"},
        "text_version": {"type": "string", "maxLength": 64},
        "language": {"type": "string", "enum": ["en", "fr", "es"]},
        "at": {"type": "string", "format": "date-time", "description": "Now if absent."},
        "waterfall": {
          "type": "array", "maxItems": 10,
          "items": {"$ref": "#/components/schemas/OnwardConsent"}
        }
      }
    }
  }
})";

constexpr const char* kMismatch = R"({
  "type": "object",
  "required": ["accepted"],
  "properties": {
    "accepted": {"type": "boolean"},
    "accepted_by": {"type": "string"},
    "accepted_at": {"type": "string", "format": "date-time"},
    "reason": {"type": "string"},
    "differences": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "pointer": {"type": "string", "description": "Into the case."},
          "code": {"type": "string"},
          "detail": {"type": "string", "description": "With both spellings."}
        }
      }
    }
  }
})";

constexpr const char* kManualDecision = R"({
  "type": "object",
  "required": ["status"],
  "additionalProperties": false,
  "properties": {
    "status": {
      "type": "string",
      "enum": ["needs_info", "prequalified", "conditional", "approved", "declined",
               "documents_sent", "signed", "countersigned", "funded", "cancelled", "expired",
               "in_review"]
    },
    "decision": {"$ref": "#/components/schemas/Decision"}
  }
})";

constexpr const char* kRequirements = R"({
  "type": "object",
  "properties": {
    "lender": {"type": "string"},
    "complete": {"type": "boolean"},
    "earlier_application": {
      "type": ["object", "null"],
      "description": "Another application for the case and product: once more needs `again`.",
      "properties": {"application_id": {"type": "string"}, "state": {"type": "string"}}
    },
    "missing": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "pointer": {"type": "string", "description": "Into the case."},
          "code": {"type": "string"},
          "detail": {"type": "string", "description": "Names field and lender."}
        }
      }
    },
    "credit_check": {"type": "string", "const": "soft"},
    "credit_checks_so_far": {
      "type": "integer",
      "description": "Of this borrower in the last 30 days, at any lender, in all cases of the org."
    },
    "credit_check_limit": {
      "type": ["object", "null"],
      "description": "Null where this lender sets none.",
      "properties": {
        "count": {"type": "integer", "description": "At most so many."},
        "days": {"type": "integer", "description": "In so many days."},
        "made": {"type": "integer", "description": "Of them, at this lender."}
      }
    },
    "warning": {
      "type": ["string", "null"],
      "description": "There were checks, and no limit of the lender's stops another one."
    }
  }
})";

constexpr const char* kStipulation = R"({
  "type": "object",
  "required": ["id", "text", "state"],
  "properties": {
    "id": {"type": "string", "description": "The lender's id where it can stand in a path."},
    "lender_id": {"type": ["string", "null"]},
    "code": {"type": ["string", "null"]},
    "text": {"type": "string"},
    "due": {"type": ["string", "null"], "format": "date"},
    "state": {
      "type": "string",
      "enum": ["open", "sent", "accepted", "rejected"],
      "description": "What the lender says; sent: it has documents for it."
    },
    "uploads": {
      "type": "array",
      "description": "Documents that were sent for it, oldest first.",
      "items": {
        "type": "object",
        "properties": {
          "id": {"type": "string"},
          "files": {"type": "array", "items": {"type": "string"}},
          "state": {
            "type": "string",
            "enum": ["requested", "sending", "unknown", "pending", "sent", "failed"]
          },
          "requested_by": {"type": "string"},
          "requested_at": {"type": "string", "format": "date-time"},
          "changed_at": {"type": "string", "format": "date-time"},
          "attempts": {"type": "integer"},
          "failure": {"type": ["object", "null"]}
        }
      }
    }
  }
})";

constexpr const char* kStipulations = R"({
  "type": "object",
  "required": ["data"],
  "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Stipulation"}}
  }
})";

constexpr const char* kStipulationUpload = R"({
  "type": "object",
  "required": ["files"],
  "additionalProperties": false,
  "properties": {
    "files": {
      "type": "array", "minItems": 1, "maxItems": 10,
      "items": {"type": "string"},
      "description": "Documents of the application's case, at most 25 MiB together."
    }
  }
})";

constexpr const char* kTimeline = R"({
  "type": "object",
  "properties": {
    "data": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "at": {"type": "string", "format": "date-time"},
          "kind": {"type": "string", "enum": ["event", "lender_call"]},
          "type": {"type": "string"},
          "actor": {"type": "string"},
          "details": {"type": "object"}
        }
      }
    }
  }
})";

constexpr const char* kTimelineStream = R"({
  "type": "string",
  "title": "Server-sent events. Come back with Last-Event-ID.",
  "description": "`event` is an entry's kind, `data` the entry. A call comes twice: begun, ended."
})";

}  // namespace

http::Schemas applications_schemas() {
  return {{"NewApplication", kNewApplication},
          {"Decision", kDecision},
          {"Application", kApplication},
          {"ApplicationPage", kApplicationPage},
          {"Confirmation", kConfirmation},
          {"ManualDecision", kManualDecision},
          {"Requirements", kRequirements},
          {"AdverseNotice", kAdverseNotice},
          {"OnwardConsent", kOnwardConsent},
          {"Timeline", kTimeline},
          {"TimelineStream", kTimelineStream},
          {"Stipulation", kStipulation},
          {"Mismatch", kMismatch},
          {"Stipulations", kStipulations},
          {"StipulationUpload", kStipulationUpload}};
}

}  // namespace lendport
