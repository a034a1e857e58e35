// What requests and answers about orgs, users and keys look like.
#include "orgs/routes.hpp"

namespace lendport {
namespace {

constexpr const char* kOrgSchema = R"({
 "type": "object",
 "required": ["id", "name", "country", "segments", "plan", "care", "version"],
 "properties": {
  "id": {"type": "string"},
  "parent": {"type": ["string", "null"]},
  "name": {"type": "string", "maxLength": 200},
  "country": {"type": "string", "description": "ISO 3166-1: US"},
  "segments": {
   "type": "array",
   "items": {"type": "string", "enum": ["residential", "commercial"]}},
  "plan": {"type": "string", "enum": ["starter", "premium", "pro"]},
  "care": {"type": "string", "enum": ["standard", "priority"]},
  "locale": {"type": "string"},
  "time_zone": {"type": "string"},
  "sales_mode": {
                 "type": "boolean",
                 "description": "Entitled to sell with financing."},
  "account_manager": {"type": ["string", "null"]},
  "version": {"type": "integer"},
  "created_at": {"type": "string", "format": "date-time"}}})";

constexpr const char* kOrgDraftSchema = R"({
 "type": "object",
 "required": ["name", "country", "segments"],
 "additionalProperties": false,
 "properties": {
  "parent": {"type": "string"},
  "name": {"type": "string", "maxLength": 200},
  "country": {"type": "string"},
  "segments": {
   "type": "array",
   "minItems": 1,
   "items": {"type": "string", "enum": ["residential", "commercial"]}},
  "plan": {"type": "string", "enum": ["starter", "premium", "pro"]},
  "care": {"type": "string", "enum": ["standard", "priority"]},
  "locale": {"type": "string"},
  "time_zone": {"type": "string"},
  "sales_mode": {"type": "boolean"},
  "account_manager": {"type": "string"}}})";

constexpr const char* kOrgPatchSchema = R"({
 "type": "object",
 "additionalProperties": false,
 "properties": {
  "name": {"type": "string", "maxLength": 200},
  "segments": {
   "type": "array",
   "minItems": 1,
   "items": {"type": "string", "enum": ["residential", "commercial"]}},
  "plan": {"type": "string", "enum": ["starter", "premium", "pro"]},
  "care": {"type": "string", "enum": ["standard", "priority"]},
  "locale": {"type": "string"},
  "time_zone": {"type": "string"},
  "sales_mode": {"type": "boolean"},
  "account_manager": {"type": "string"}}})";

constexpr const char* kUserSchema = R"({
 "type": "object",
 "required": ["id", "email", "name", "role", "status", "version"],
 "properties": {
  "id": {"type": "string"},
  "email": {"type": "string"},
  "name": {"type": "string"},
  "role": {
   "type": "string",
   "enum": [
    "org_admin", "org_manager", "rep", "viewer", "platform_admin", "support",
    "partner"]},
  "status": {"type": "string", "enum": ["active", "deactivated"]},
  "version": {"type": "integer"},
  "created_at": {"type": "string", "format": "date-time"}}})";

constexpr const char* kUserDraftSchema = R"({
 "type": "object",
 "required": ["email", "name", "role"],
 "additionalProperties": false,
 "properties": {
  "email": {
            "type": "string",
            "maxLength": 254,
            "description": "The login; unique."},
  "name": {"type": "string", "maxLength": 200},
  "role": {
   "type": "string",
   "enum": [
    "org_admin", "org_manager", "rep", "viewer", "platform_admin", "support",
    "partner"]}}})";

constexpr const char* kUserPatchSchema = R"({
 "type": "object",
 "additionalProperties": false,
 "properties": {
  "name": {"type": "string", "maxLength": 200},
  "role": {
   "type": "string",
   "enum": [
    "org_admin", "org_manager", "rep", "viewer", "platform_admin", "support",
    "partner"]},
  "status": {"type": "string", "enum": ["active", "deactivated"]}}})";

constexpr const char* kKeySchema = R"({
 "type": "object",
 "required": [
              "id", "user", "label", "prefix", "environment", "scopes", "version"],
 "properties": {
  "id": {"type": "string"},
  "user": {"type": "string"},
  "label": {"type": "string"},
  "prefix": {"type": "string"},
  "environment": {"type": "string", "enum": ["sandbox", "production"]},
  "scopes": {
   "type": "array",
   "items": {"type": "string"},
   "description": "Empty: the role's own."},
  "expires_at": {"type": ["string", "null"]},
  "last_used_at": {"type": ["string", "null"]},
  "revoked_at": {"type": ["string", "null"]},
  "version": {"type": "integer"},
  "created_at": {"type": "string", "format": "date-time"}}})";

constexpr const char* kKeyDraftSchema = R"({
 "type": "object",
 "required": ["label", "environment"],
 "additionalProperties": false,
 "properties": {
  "user": {
           "type": "string",
           "description": "Whose key; left out: the caller's own."},
  "label": {"type": "string", "maxLength": 200},
  "environment": {"type": "string", "enum": ["sandbox", "production"]},
  "scopes": {"type": "array", "minItems": 1, "items": {"type": "string"}},
  "expires_at": {"type": "string", "format": "date-time"}}})";

constexpr const char* kNewKeySchema = R"({
 "allOf": [
  {"$ref": "#/components/schemas/ApiKey"},
  {
   "type": "object",
   "required": ["token"],
   "properties": {"token": {"type": "string", "description": "Shown in this answer only."}}}]})";

constexpr const char* kOrgPageSchema = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Org"}}}}]})";

constexpr const char* kUserPageSchema = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/User"}}}}]})";

constexpr const char* kKeyPageSchema = R"({
 "allOf": [
  {"$ref": "#/components/schemas/Page"},
  {
   "type": "object",
   "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/ApiKey"}}}}]})";

}  // namespace

http::Schemas orgs_schemas() {
  return {{"Org", kOrgSchema},
          {"OrgDraft", kOrgDraftSchema},
          {"OrgPatch", kOrgPatchSchema},
          {"OrgPage", kOrgPageSchema},
          {"User", kUserSchema},
          {"UserDraft", kUserDraftSchema},
          {"UserPatch", kUserPatchSchema},
          {"UserPage", kUserPageSchema},
          {"ApiKey", kKeySchema},
          {"ApiKeyDraft", kKeyDraftSchema},
          {"NewApiKey", kNewKeySchema},
          {"ApiKeyPage", kKeyPageSchema}};
}

}  // namespace lendport
