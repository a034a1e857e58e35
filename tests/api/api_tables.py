"""What the tests of the API know of it beforehand: which parameters, bodies, references and permissions its
routes have. What /openapi.json says beyond that, a test of isolation finds.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

NEVER = "01890000-0000-7000-8000-00000000dead"
# Routes that need no key, since they hold nothing of an org.
PUBLIC = {"/docs", "/docs.css", "/healthz", "/metrics", "/openapi.json", "/problems/{slug}", "/readyz", "/version",
          # A lender's way in: its token is the only thing that names an org.
          "/v1/hooks/{token}"}
# Path parameters that name nothing of an org, with a value.
# (A view of the support is a person's of the platform.)
SHARED = {"stipulation": "stip-1",  # the lender's name for it, within one application
          "plugin": hub.MOSAIC, "slug": "not_found", "token": "never-given", "letter": "decision",
          "language": "en", "view": f"view_{NEVER}"}
# What each role may do, written here once more: the hub's own table is what is tested.
READS = {"plugins_read", "orgs_read", "connections_read", "products_read", "cases_read", "quotes_read",
         "applications_read"}
REP = READS | {"cases_write", "quotes_write", "applications_write", "files_read"}
MANAGER = REP | {"users_read", "products_write", "applications_decide", "applications_override", "audit_read"}
MAY = {
    "viewer": READS,
    "rep": REP,
    "org_manager": MANAGER,
    "org_admin": MANAGER | {"users_write", "keys_write", "connections_write", "letters_write", "webhooks_read",
                            "webhooks_write"},
    "operator": {"plugins_read", "plugins_operate", "offers_write", "orgs_read", "orgs_write", "users_read",
                 "users_write", "keys_write", "connections_read", "products_read", "audit_read"},
    "support": READS | {"users_read", "products_write", "applications_decide", "audit_read", "webhooks_read",
                        "support_open"},
}
BORROWER = {"first_name": "Ada", "last_name": "Example", "email": "ada@example.com", "phone": "+15125550100",
            "address": "12 Sunny Lane, Austin, TX 78701, US"}
ORG = {"name": "New Roofs", "country": "US", "segments": ["residential"]}
PDF = b"%PDF-1.7\n"
CONSENT = {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}
# A valid body of each request schema; `{product}` and the like stand for an id of the caller's org.
BODIES = {
    "ApiKeyDraft": {"label": "spare", "environment": "sandbox", "user": "{user}"},
    "CaseChange": {**hub.load("case.json"), "owner": "{user}"},
    "CompareRequest": {"sort": "lowest_payment"},
    "Confirmation": BORROWER,
    "ConnectionDisable": {"reason": "Moving to another account"},
    "ConnectionDraft": hub.load("connection.json"),
    "ConnectionEnable": {"with_sub_orgs": False},
    "ConnectionReconnect": {"settings": hub.load("connection.json")["settings"]},
    "ConnectionTest": {**hub.load("connection.json"), "connection": "{connection}"},
    "LetterPreview": {"variant": "approved"},
    "LetterTexts": {"subject": "About your loan", "text": "Dear {{applicant}}", "html": "<p>{{lender}}</p>"},
    "ManualDecision": {"status": "in_review"},
    "NewApplication": {"quote_id": "{quote}", "consent": CONSENT},
    "NoticeRecord": {"sent_on": "2026-05-04", "how": "by post"},
    "NoticePreferences": {"decision": {"mail": False, "list": True}},
    "OfferDraft": {"plugin_id": hub.MOSAIC, "scope": "org"},
    "OrgDraft": {**ORG, "parent": "{org}", "account_manager": "{user}"},
    "OrgPatch": {"name": "New Roofs", "account_manager": "{user}"},
    "OrgSelection": {"mode": "all"},
    "PluginStop": {"reason": "The lender moves"},
    "PluginWindDown": {"reason": "The lender leaves the market", "successors": ["com.lendport.configured"]},
    "ProductDraft": {**hub.load("product.json"), "supersedes": "{product}"},
    "ProductPatch": {"lender": "Harbor Credit Union", "supersedes": "{product}"},
    "ProductSelection": {"selected": True},
    "QuoteRequest": {"product_id": "{product}"},
    "StipulationUpload": {"files": ["{file}"]},
    "SupportViewDraft": {"org": "{org}", "reason": "They cannot confirm"},
    "UserDraft": {"email": "somebody@example.com", "name": "Somebody", "role": "rep"},
    "UserPatch": {"name": "Somebody Else"},
    "WaterfallOrder": {"lenders": []},
    "WebhookEndpointDraft": {"url": "https://hooks.example/in"},
    "WebhookEndpointPatch": {"description": "The new one"},
    "WebhookRecovery": {"since": "2026-01-01T00:00:00Z"},
}
# Fields that name another thing: schema, pointer and the kind of its id.
REFERENCES = {
    ("ApiKeyDraft", "user"): "user",
    ("CaseChange", "owner"): "user",
    ("ConnectionTest", "connection"): "connection",
    ("NewApplication", "quote_id"): "quote",
    ("OrgDraft", "parent"): "org",
    ("OrgDraft", "account_manager"): "user",
    ("OrgPatch", "account_manager"): "user",
    ("ProductDraft", "supersedes"): "product",
    ("ProductPatch", "supersedes"): "product",
    ("QuoteRequest", "product_id"): "product",
    ("SupportViewDraft", "org"): "org",
}
# Fields that look like references and are none of an org's things.
NO_REFERENCES = {("ConnectionDraft", "plugin_id"), ("ConnectionTest", "plugin_id"), ("OfferDraft", "plugin_id"),
                 ("ProductDraft", "lender_product_id"), ("ProductPatch", "lender_product_id"),
                 # An applicant's id within its own case.
                 ("CaseChange", "applicants/id")}
LOOKS_LIKE_REFERENCE = re.compile(r"(^|_)(ids?|org|user|owner|manager|parent|supersedes|connection|product|case|quote|"
                                  r"application|key|offer|rep)$")
# Query parameters: the kind of the id they take, or None where they take none.
QUERIES = {"name": None, "limit": None, "cursor": None, "number": None, "status": None, "state": None, "selected": None,
           "format": None, "after": None, "type": None, "since": None, "until": None, "case": "case", "quote": "quote",
           "application": "application"}


def filled(template, ids):
    """The body with its `{kind}` replaced by ids."""
    if isinstance(template, dict):
        return {key: filled(value, ids) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, ids) for value in template]
    if isinstance(template, str) and re.fullmatch(r"{\w+}", template):
        return ids[template[1:-1]]
    return template
