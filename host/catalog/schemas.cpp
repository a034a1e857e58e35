// What requests and answers about products look like.
#include "catalog/routes.hpp"

namespace lendport {
namespace {

constexpr const char* kLocalText = R"({
 "type": "object",
 "description": "One text per locale.",
 "additionalProperties": {"type": "string"}})";

constexpr const char* kProductTerms = R"({
 "type": "object",
 "properties": {
  "kind": {"type": "string", "enum": ["loan", "lease", "ppa", "pace", "mortgage", "cash"]},
  "structure": {
   "type": "string",
   "enum": ["loan_solar", "loan_mortgage_style", "bullet", "interest_only", "no_payment",
            "graduated", "lease", "ppa", "ppa_prepaid", "ppa_levelized", "pace", "mortgage",
            "cash"]},
  "name": {"$ref": "#/components/schemas/LocalText"},
  "texts": {
   "type": "object",
   "description": "Wordings the lender approved, verbatim.",
   "additionalProperties": {"$ref": "#/components/schemas/LocalText"}},
  "approved_locales": {"type": "array", "items": {"type": "string"}, "maxItems": 32},
  "countries": {"type": "array", "items": {"type": "string"}},
  "states": {"type": "array", "items": {"type": "string"}},
  "segments": {"type": "array", "items": {"type": "string", "enum": ["residential", "commercial"]}},
  "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
  "apr": {"$ref": "#/components/schemas/Rate"},
  "term_months": {"type": "integer", "minimum": 1, "maximum": 600},
  "promo": {
   "type": "object",
   "required": ["months"],
   "properties": {
    "months": {"type": "integer", "minimum": 0, "maximum": 60},
    "rate": {"$ref": "#/components/schemas/Rate"},
    "no_payment_months": {"type": "integer", "minimum": 0, "maximum": 18},
    "interest_only": {"type": "boolean"}}},
  "itc_paydown": {
   "type": "object",
   "required": ["percent", "month"],
   "properties": {
    "percent": {"$ref": "#/components/schemas/Rate"},
    "month": {"type": "integer", "minimum": 1, "maximum": 60},
    "re_amortize": {"type": "boolean"}}},
  "escalator": {"$ref": "#/components/schemas/Rate"},
  "price_per_kwh": {"$ref": "#/components/schemas/Money"},
  "dealer_fee": {
   "type": "object",
   "description": "Either percent or flat.",
   "required": ["basis"],
   "properties": {
    "percent": {"$ref": "#/components/schemas/Rate"},
    "flat": {"$ref": "#/components/schemas/Money"},
    "basis": {"type": "string", "enum": ["system_cost", "net_cost", "financed_amount"]},
    "included_in_quoted_cost": {"type": "boolean"}}},
  "fees": {
   "type": "array",
   "maxItems": 16,
   "items": {
    "type": "object",
    "required": ["code", "amount"],
    "properties": {
     "code": {"type": "string"},
     "amount": {"$ref": "#/components/schemas/Money"},
     "financed": {"type": "boolean"}}}},
  "min_amount": {"$ref": "#/components/schemas/Money"},
  "max_amount": {"$ref": "#/components/schemas/Money"},
  "down_payment": {"$ref": "#/components/schemas/Money"},
  "day_count": {"type": "string", "enum": ["30/360", "actual/360", "actual/365", "actual/actual"]},
  "payment_frequency": {
   "type": "string",
   "enum": ["monthly", "quarterly", "semi_annual", "annual"]},
  "valid_from": {"type": "string", "format": "date"},
  "valid_until": {"type": "string", "format": "date"}}})";

constexpr const char* kProduct = R"({
 "allOf": [
  {"$ref": "#/components/schemas/ProductTerms"},
  {
   "type": "object",
   "required": ["id", "version", "revision", "org", "lender", "origin", "display_name", "status",
                "selected", "quotable"],
   "properties": {
    "id": {"type": "string"},
    "version": {"type": "integer", "description": "Of the terms; quotes keep it."},
    "revision": {"type": "integer", "description": "Of what is stored; the ETag begins with it."},
    "org": {"type": "string", "description": "Who keeps it."},
    "inherited": {"type": "boolean"},
    "supersedes": {"type": ["string", "null"]},
    "lender": {"type": "string"},
    "plugin": {"type": "string"},
    "connection": {"type": ["string", "null"]},
    "environment": {"type": ["string", "null"], "enum": ["sandbox", "production", null]},
    "origin": {"type": "string", "enum": ["integrated", "configured"]},
    "lender_product_id": {"type": "string"},
    "display_name": {"type": "string", "description": "In the language asked for, if approved."},
    "status": {
     "type": "string",
     "enum": ["draft", "needs_configuration", "uat", "live", "retired"]},
    "integration_status": {"type": "string", "enum": ["none", "in_progress", "integrated"]},
    "fetched_at": {"type": ["string", "null"], "format": "date-time"},
    "stale": {"type": "boolean", "description": "The last sync failed; this is the last good one."},
    "selected": {"type": "boolean"},
    "held_back": {"type": ["string", "null"], "description": "Why, if it is."},
    "quotable": {"type": "boolean"},
    "not_quotable": {
     "type": "object",
     "properties": {
      "code": {
       "type": "string",
       "enum": ["not_selected", "not_live", "held_back", "catalogue_too_old", "lender_winding_down",
                "not_connected",
                "lender_paused", "not_yet_valid", "no_longer_valid"]},
      "detail": {"type": "string"},
      "successors": {
       "type": "array",
       "description": "Who takes the place of a lender that stops lending.",
       "items": {"$ref": "#/components/schemas/Successor"}}}}}}]})";

constexpr const char* kProductPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Product"}}}}]})";

constexpr const char* kProductDraft = R"({
 "allOf": [
  {"$ref": "#/components/schemas/ProductPatch"},
  {
   "type": "object",
   "required": ["lender", "name", "approved_locales", "countries", "currency", "apr",
                "term_months"]}]})";

constexpr const char* kProductPatch = R"({
 "allOf": [
  {"$ref": "#/components/schemas/ProductTerms"},
  {
   "type": "object",
   "properties": {
    "lender": {"type": "string", "maxLength": 128},
    "lender_product_id": {"type": "string", "maxLength": 128},
    "supersedes": {"type": "string", "description": "The product this one replaces."}}}]})";

constexpr const char* kProductSelection = R"({
 "type": "object",
 "required": ["selected"],
 "additionalProperties": false,
 "properties": {"selected": {"type": "boolean"}}})";

constexpr const char* kOrgSelection = R"({
 "type": "object",
 "required": ["mode"],
 "additionalProperties": false,
 "properties": {
  "mode": {
   "type": "string",
   "enum": ["all", "chosen"],
   "description": "all: every product, new ones too. chosen: new ones wait for an admin."}}})";

constexpr const char* kProductRevisionPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {
    "data": {
     "type": "array",
     "items": {
      "allOf": [
       {"$ref": "#/components/schemas/ProductTerms"},
       {
        "type": "object",
        "properties": {
         "version": {"type": "integer"},
         "made_at": {"type": "string", "format": "date-time"},
         "made_by": {"type": "string", "description": "A user, or sync."}}}]}}}}]})";

constexpr const char* kLenderPage = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {
    "data": {
     "type": "array",
     "items": {
      "type": "object",
      "required": ["lender", "connection_id", "partnership", "inherited", "products"],
      "properties": {
       "lender": {"type": "string"},
       "plugin_id": {"type": "string"},
       "connection_id": {"type": "string"},
       "environment": {"type": "string", "enum": ["sandbox", "production"]},
       "partnership": {"type": "string", "description": "The connection's status."},
       "partnership_reason": {"type": ["string", "null"]},
       "successors": {"type": "array", "items": {"$ref": "#/components/schemas/Successor"}},
       "inherited": {"type": "boolean", "description": "From an upstream org."},
       "org": {"type": "string", "description": "Whose connection it is."},
       "products": {
        "type": "array",
        "items": {
         "type": "object",
         "properties": {
          "id": {"type": "string"},
          "display_name": {"type": "string"},
          "status": {"type": "string"},
          "integration_status": {"type": "string", "enum": ["none", "in_progress", "integrated"]},
          "inherited": {"type": "boolean"},
          "quotable": {"type": "boolean"}}}}}}}}}]})";

constexpr const char* kCatalogState = R"({
 "type": "object",
 "required": ["connection", "stale", "quoting_allowed", "products", "held_back"],
 "properties": {
  "connection": {"type": "string"},
  "fetched_at": {"type": ["string", "null"], "format": "date-time"},
  "tried_at": {"type": ["string", "null"], "format": "date-time"},
  "stale": {"type": "boolean"},
  "problem": {"type": ["string", "null"], "description": "Why the last sync failed."},
  "quoting_allowed": {"type": "boolean", "description": "False: none yet, or too old."},
  "products": {"type": "integer"},
  "held_back": {
   "type": "array",
   "items": {
    "type": "object",
    "properties": {
     "lender_product_id": {"type": "string"},
     "reason": {"type": "string"}}}}}})";

}  // namespace

http::Schemas catalog_schemas() {
  return {{"LocalText", kLocalText},
          {"ProductTerms", kProductTerms},
          {"Product", kProduct},
          {"ProductPage", kProductPage},
          {"ProductDraft", kProductDraft},
          {"ProductPatch", kProductPatch},
          {"ProductSelection", kProductSelection},
          {"OrgSelection", kOrgSelection},
          {"ProductRevisionPage", kProductRevisionPage},
          {"LenderPage", kLenderPage},
          {"CatalogState", kCatalogState}};
}

}  // namespace lendport
