// What requests and answers about plugins, offers and connections look like.
#include "connections/routes.hpp"

namespace lendport {
namespace {

constexpr const char* kPlugin = R"({
 "type": "object",
 "required": ["id", "version", "state"],
 "properties": {
  "id": {"type": "string"},
  "version": {"type": "string"},
  "state": {
   "type": "string",
   "enum": ["found", "refused", "ready", "draining", "stopped"]},
  "name": {"type": "string"},
  "kind": {"type": "string"},
  "vendor": {"type": "object"},
  "texts": {"type": "object", "description": "By language, the plugin's own."},
  "availability": {"type": "object"},
  "become_partner_url": {"type": "string"},
  "icon": {"type": "string", "description": "SVG"},
  "docs": {"type": "string"},
  "capabilities": {"type": "array", "items": {"type": "object"}},
  "settings": {
   "type": "object",
   "description": "Version, sections and JSON Schema of the form."},
  "rep": {"type": "object"},
  "environments": {"type": "array", "items": {"type": "string"}},
  "folder": {"type": "string"},
  "sha256": {"type": "string"},
  "refused": {
   "type": "object",
   "properties": {"code": {"type": "string"}, "sentence": {"type": "string"}}},
  "switch": {"$ref": "#/components/schemas/PluginSwitch"}}})";

constexpr const char* kPluginSwitch = R"({
 "type": "object",
 "required": ["wanted", "reason"],
 "properties": {
  "id": {"type": "string"},
  "wanted": {
   "type": "string",
   "enum": ["running", "stopped"],
   "description": "What an operator wants; the plugin's state follows in every hub."},
  "reason": {"type": "string"},
  "winding_down": {
   "type": ["object", "null"],
   "description": "The lender stops lending: why, and who takes its place.",
   "properties": {
    "reason": {"type": "string"},
    "successors": {"type": "array", "items": {"$ref": "#/components/schemas/Successor"}}}},
  "changed_by": {"type": ["string", "null"]},
  "changed_at": {"type": ["string", "null"], "format": "date-time"}},
 "description": "Its version is the ETag of the plugin."})";

constexpr const char* kPluginStop = R"({
 "type": "object",
 "required": ["reason"],
 "additionalProperties": false,
 "properties": {
  "reason": {
             "type": "string",
             "maxLength": 500,
             "description": "For the record and other operators."}}})";

constexpr const char* kPluginPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Plugin"}}}}]})";

constexpr const char* kSuccessor = R"({
 "type": "object",
 "properties": {"plugin_id": {"type": "string"}, "name": {"type": "string"}}})";

constexpr const char* kPluginWindDown = R"({
 "type": "object",
 "required": ["reason"],
 "additionalProperties": false,
 "properties": {
  "reason": {"type": "string", "maxLength": 500, "description": "Shown to reps."},
  "successors": {
   "type": "array",
   "maxItems": 10,
   "items": {"type": "string"},
   "description": "Ids of the plugins that take its place."}}})";

constexpr const char* kConnectionHealth = R"({
 "type": "object",
 "required": ["connection_id", "status", "circuit", "last_24_hours"],
 "properties": {
  "connection_id": {"type": "string"},
  "status": {"type": "string"},
  "status_reason": {"type": "string"},
  "circuit": {
   "type": "object",
   "description": "Open: the lender does not answer, and no call leaves before the next probe.",
   "properties": {
    "state": {"type": "string", "enum": ["closed", "open", "half_open"]},
    "next_probe_at": {"type": ["string", "null"], "format": "date-time"},
    "down_since": {"type": ["string", "null"], "format": "date-time"}}},
  "calls_under_way": {"type": "integer"},
  "connector_hangs": {"type": "boolean"},
  "last_24_hours": {
   "type": "object",
   "description": "Of calls, like last_success_at and last_error: up to 10 seconds old.",
   "properties": {
    "calls": {"type": "integer"},
    "failed": {"type": "integer"},
    "success_percent": {"type": ["integer", "null"], "description": "Rounded down."}}},
  "last_success_at": {"type": ["string", "null"], "format": "date-time"},
  "last_error": {
   "type": ["object", "null"],
   "properties": {
    "at": {"type": "string", "format": "date-time"},
    "operation": {"type": "string"},
    "fault": {"type": "string"},
    "http_status": {"type": "integer"},
    "message": {"type": "string"}}},
  "checked_at": {"type": ["string", "null"], "format": "date-time"},
  "credentials_expire_at": {"type": ["string", "null"], "format": "date-time"}}})";

constexpr const char* kConnectionDiagnostics = R"({
 "type": "object",
 "description": "Without secrets and personal data; the latest calls and events.",
 "required": ["made_at", "connection", "health", "lender_calls", "events"],
 "properties": {
  "made_at": {"type": "string", "format": "date-time"},
  "connection": {"type": "object"},
  "plugin": {"type": ["object", "null"]},
  "health": {"$ref": "#/components/schemas/ConnectionHealth"},
  "lender_calls": {"type": "array", "items": {"type": "object"}},
  "events": {"type": "array", "items": {"type": "object"}}}})";

constexpr const char* kOffer = R"({
 "type": "object",
 "required": ["id", "org", "plugin_id", "scope", "version"],
 "properties": {
  "id": {"type": "string"},
  "org": {"type": "string"},
  "plugin_id": {"type": "string"},
  "scope": {"type": "string", "enum": ["org", "network"]},
  "version": {"type": "integer"},
  "created_at": {"type": "string", "format": "date-time"}}})";

constexpr const char* kOfferDraft = R"({
 "type": "object",
 "required": ["plugin_id", "scope"],
 "additionalProperties": false,
 "properties": {
  "plugin_id": {"type": "string"},
  "scope": {"type": "string", "enum": ["org", "network"]}}})";

constexpr const char* kOfferPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Offer"}}}}]})";

constexpr const char* kConnection = R"({
 "type": "object",
 "required": ["id", "plugin_id", "environment", "status", "settings", "version"],
 "properties": {
  "id": {"type": "string"},
  "plugin_id": {"type": "string"},
  "environment": {"type": "string", "enum": ["sandbox", "production"]},
  "label": {"type": "string", "maxLength": 200},
  "settings": {
   "type": "object",
   "description": "By the plugin's schema. A stored secret is ***: send *** to keep it."},
  "dealer_fee": {
   "type": "object",
   "required": ["include_in_amount_sent"],
   "properties": {"include_in_amount_sent": {"type": "boolean"}}},
  "rep_policy": {
   "type": "object",
   "required": ["mode"],
   "properties": {
    "mode": {"type": "string", "enum": ["match_or_create", "match_or_generic"]},
    "generic_account": {"type": ["string", "null"]}}},
  "documents": {
   "type": "object",
   "required": ["at_approval"],
   "properties": {"at_approval": {"type": "boolean"}},
   "description": "Loan documents are asked for by themselves once the lender has approved."},
  "catalog_age_max_hours": {
   "type": ["integer", "null"],
   "minimum": 1,
   "maximum": 8760,
   "description": "Past this age of the last good catalogue nothing is quoted; null: the hub's."},
  "with_sub_orgs": {"type": "boolean"},
  "status": {
   "type": "string",
   "enum": [
    "draft", "requested", "awaiting_lender", "configuring", "uat", "connected",
    "needs_attention", "disabled", "winding_down"]},
  "status_reason": {"type": "string"},
  "successors": {
   "type": "array",
   "description": "While winding down: who takes the lender's place.",
   "items": {"$ref": "#/components/schemas/Successor"}},
  "settings_revision": {"type": "integer"},
  "explained": {
   "type": "object",
   "description": "Each choice of the two policies with an example in money."},
  "enabled": {"type": "boolean"},
  "account": {
   "type": "object",
   "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
  "version": {"type": "integer"},
  "created_at": {"type": "string", "format": "date-time"},
  "changed_at": {"type": "string", "format": "date-time"},
  "checked_at": {"type": ["string", "null"]},
  "webhook": {
   "type": "object",
   "description": "Where the lender sends webhooks; for those who may write connections.",
   "properties": {
    "path": {"type": "string", "description": "Behind the hub's own address. Keep it secret."},
    "created_at": {"type": "string", "format": "date-time"},
    "previous_until": {
     "type": ["string", "null"],
     "description": "Until then the address before works too."},
    "refused_last_day": {"type": "integer", "maximum": 1000,
     "description": "Counted up to 1000"}}}}})";

constexpr const char* kConnectionPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {
    "data": {
             "type": "array",
             "items": {"$ref": "#/components/schemas/Connection"}}}}]})";

constexpr const char* kConnectionDraft = R"({
 "type": "object",
 "required": ["plugin_id", "environment", "settings"],
 "properties": {
  "plugin_id": {"type": "string"},
  "environment": {"type": "string", "enum": ["sandbox", "production"]},
  "label": {"type": "string", "maxLength": 200},
  "settings": {
   "type": "object",
   "description": "By the plugin's schema. A stored secret is ***: send *** to keep it."},
  "dealer_fee": {
   "type": "object",
   "required": ["include_in_amount_sent"],
   "properties": {"include_in_amount_sent": {"type": "boolean"}}},
  "rep_policy": {
   "type": "object",
   "required": ["mode"],
   "properties": {
    "mode": {"type": "string", "enum": ["match_or_create", "match_or_generic"]},
    "generic_account": {"type": ["string", "null"]}}},
  "documents": {
   "type": "object",
   "required": ["at_approval"],
   "properties": {"at_approval": {"type": "boolean"}},
   "description": "Loan documents are asked for by themselves once the lender has approved."},
  "catalog_age_max_hours": {
   "type": ["integer", "null"],
   "minimum": 1,
   "maximum": 8760,
   "description": "Past this age of the last good catalogue nothing is quoted; null: the hub's."},
  "with_sub_orgs": {"type": "boolean"}},
 "description": "May be a connection as it was shown."})";

constexpr const char* kConnectionTest = R"({
 "allOf": [
  {"$ref": "#/components/schemas/ConnectionDraft"},
  {
   "type": "object",
   "properties": {
    "connection": {"type": "string", "description": "Whose stored secrets stand behind ***."}}}]})";

constexpr const char* kConnectionTested = R"({
 "type": "object",
 "required": ["status"],
 "properties": {
  "status": {"const": "ready"},
  "account": {
   "type": "object",
   "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
  "message": {"type": "string"}}})";

constexpr const char* kConnectionReconnect = R"({
 "type": "object",
 "additionalProperties": false,
 "properties": {
  "settings": {
   "type": "object",
   "description": "By the plugin's schema. A stored secret is ***: send *** to keep it."}}})";

constexpr const char* kConnectionEnable = R"({
 "type": "object",
 "additionalProperties": false,
 "properties": {"with_sub_orgs": {"type": "boolean"}}})";

constexpr const char* kConnectionDisable = R"({
 "type": "object",
 "required": ["reason"],
 "additionalProperties": false,
 "properties": {
  "reason": {
             "type": "string",
             "maxLength": 500,
             "description": "Shown to reps."}}})";

}  // namespace

http::Schemas connections_schemas() {
  return {{"Plugin", kPlugin},
          {"PluginPage", kPluginPage},
          {"PluginSwitch", kPluginSwitch},
          {"PluginStop", kPluginStop},
          {"PluginWindDown", kPluginWindDown},
          {"Successor", kSuccessor},
          {"ConnectionHealth", kConnectionHealth},
          {"ConnectionDiagnostics", kConnectionDiagnostics},
          {"Offer", kOffer},
          {"OfferDraft", kOfferDraft},
          {"OfferPage", kOfferPage},
          {"Connection", kConnection},
          {"ConnectionPage", kConnectionPage},
          {"ConnectionDraft", kConnectionDraft},
          {"ConnectionTest", kConnectionTest},
          {"ConnectionTested", kConnectionTested},
          {"ConnectionReconnect", kConnectionReconnect},
          {"ConnectionEnable", kConnectionEnable},
          {"ConnectionDisable", kConnectionDisable}};
}

}  // namespace lendport
