#include "cases/json.hpp"

#include "cases/rules.hpp"
#include "core/iso.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <type_traits>

namespace lendport::cases {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kNameBytesMax = 128;
constexpr std::size_t kEmailBytesMax = 254;
constexpr std::size_t kPhoneBytesMax = 32;
constexpr std::size_t kLineBytesMax = 256;
constexpr std::size_t kCityBytesMax = 128;
constexpr std::size_t kShortBytesMax = 16;
constexpr std::size_t kLabelBytesMax = 256;
constexpr std::size_t kIdBytesMax = 64;

std::string text_or_none(Reader& body, std::string_view field, std::size_t bytes_max) {
  return body.optional_text(field, bytes_max).value_or("");
}

template <class Enum>
std::optional<Enum> word(Reader& body, std::string_view field,
                         std::optional<Enum> (*parse)(std::string_view), std::string_view choices) {
  const auto text = body.optional_text(field, kIdBytesMax);
  if (!text || text->empty()) return std::nullopt;
  const auto value = parse(*text);
  if (!value) body.refuse(field, "unknown_choice", "must be one of " + std::string(choices));
  return value;
}

void check_country(Reader& body, const std::string& country) {
  if (country.empty() || is_country(country) || !body.is_judged_whole()) return;
  body.refuse("country", "not_a_country",
              "must be a country's ISO 3166-1 code of two capitals, such as US");
}

void check_language(Reader& body, const std::string& language) {
  if (language.empty() || is_language_tag(language) || !body.is_judged_whole()) return;
  body.refuse("language", "not_a_language", "must be a language's code, such as en, fr-CA or es");
}

Address read_address(Reader body) {
  Address address;
  address.line1 = text_or_none(body, "line1", kLineBytesMax);
  address.line2 = text_or_none(body, "line2", kLineBytesMax);
  address.city = text_or_none(body, "city", kCityBytesMax);
  address.state = text_or_none(body, "state", kShortBytesMax);
  address.postal_code = text_or_none(body, "postal_code", kShortBytesMax);
  address.country = text_or_none(body, "country", kShortBytesMax);
  check_country(body, address.country);
  if (body.is_judged_whole() && !fits_country(address)) {
    body.refuse("state", "not_a_state", kStateWanted);
  }
  return address;
}

std::optional<Address> optional_address(Reader& body, std::string_view field) {
  auto at = body.optional_object(field);
  if (!at) return std::nullopt;
  return read_address(*at);
}

std::string read_email(Reader& body) {
  std::string email = text_or_none(body, "email", kEmailBytesMax);
  if (!email.empty() && !is_email(email)) {
    body.refuse("email", "not_an_email", "must be an e-mail address, such as name@example.com");
  }
  return email;
}

std::string read_phone(Reader& body) {
  const std::string phone = text_or_none(body, "phone", kPhoneBytesMax);
  if (phone.empty()) return {};
  const auto normal = normal_phone(phone);
  if (!normal) {
    body.refuse("phone", "not_a_phone",
                "must be a telephone number with its country and area code: +1 512 555 0100");
  }
  return normal.value_or("");
}

void read_ssn(Reader& body, CaseChange::Person& person) {
  const std::string ssn = text_or_none(body, "ssn", kPhoneBytesMax);
  person.keep_ssn = ssn == kMasked;
  if (ssn.empty() || person.keep_ssn) return;
  auto normal = normal_ssn(ssn);
  if (!normal) {
    body.refuse("ssn", "not_an_ssn", "must be a social security number of nine digits");
    return;
  }
  person.applicant.ssn = Secret<std::string>(*std::move(normal));
}

void read_born(Reader& body, CaseChange::Person& person) {
  const std::string born = text_or_none(body, "date_of_birth", kPhoneBytesMax);
  person.keep_date_of_birth = born == kMasked;
  if (born.empty() || person.keep_date_of_birth) return;
  const auto date = parse_date(born);
  if (!date) {
    // Not the parser's own words: they repeat the value.
    body.refuse("date_of_birth", "not_a_date", "must be a date, such as 1980-02-29");
    return;
  }
  person.applicant.date_of_birth = Secret<std::string>(format_date(*date));
}

void read_income(Reader& body, CaseChange::Person& person) {
  if (!body.has("income")) return;
  const Value& given = body.any("income");
  person.keep_income = given.is_string() && given.get_ref<const std::string&>() == kMasked;
  if (person.keep_income) return;
  Reader at = body.object("income");
  Income income;
  income.amount = Secret<Money>(at.money("amount"));
  income.period =
      word(at, "period", parse_income_period, "year, month, week").value_or(IncomePeriod::year);
  if (!at.has("period")) at.refuse("period", "required", "is required: year, month or week");
  person.applicant.income = std::move(income);
}

CaseChange::Person read_person(Reader body) {
  CaseChange::Person person;
  person.applicant.id = PersonId{text_or_none(body, "id", kIdBytesMax)};
  person.applicant.first_name = body.text("first_name", kNameBytesMax);
  person.applicant.last_name = body.text("last_name", kNameBytesMax);
  person.applicant.email = read_email(body);
  person.applicant.phone = read_phone(body);
  read_ssn(body, person);
  read_born(body, person);
  read_income(body, person);
  person.applicant.address = optional_address(body, "address");
  person.applicant.language = text_or_none(body, "language", kShortBytesMax);
  check_language(body, person.applicant.language);
  return person;
}

std::vector<CaseChange::Person> read_people(Reader& body) {
  std::vector<CaseChange::Person> people;
  for (Reader& person : body.objects("applicants", kApplicantsMax)) {
    people.push_back(read_person(person));
  }
  if (people.empty()) body.refuse("applicants", "required", "give one or two applicants");
  return people;
}

// Nothing when the field is absent; an empty one when it is null.
template <class Read, class T = typename std::invoke_result_t<Read>::value_type>
std::optional<Clearable<T>> clearable(Reader& body, std::string_view field, Read read) {
  if (body.is_null(field)) return Clearable<T>();
  Clearable<T> given = read();
  if (!given) return std::nullopt;
  return given;
}

std::optional<std::string> clearable_text(Reader& body, std::string_view field,
                                          std::size_t bytes_max) {
  if (body.is_null(field)) return "";
  return body.optional_text(field, bytes_max);
}

std::optional<Clearable<Money>> clearable_money(Reader& body, std::string_view field) {
  return clearable(body, field, [&] { return body.optional_money(field); });
}

std::optional<Clearable<std::int64_t>> clearable_integer(Reader& body, std::string_view field,
                                                         std::int64_t min, std::int64_t max) {
  return clearable(body, field, [&] { return body.optional_integer(field, min, max); });
}

using AddressChange = CaseChange::AddressChange;

std::optional<Clearable<AddressChange>> clearable_address(Reader& body, std::string_view field) {
  return clearable(body, field, [&]() -> std::optional<AddressChange> {
    auto at = body.optional_object(field);
    if (!at) return std::nullopt;
    AddressChange address;
    address.line1 = clearable_text(*at, "line1", kLineBytesMax);
    address.line2 = clearable_text(*at, "line2", kLineBytesMax);
    address.city = clearable_text(*at, "city", kCityBytesMax);
    address.state = clearable_text(*at, "state", kShortBytesMax);
    address.postal_code = clearable_text(*at, "postal_code", kShortBytesMax);
    address.country = clearable_text(*at, "country", kShortBytesMax);
    check_country(*at, address.country.value_or(""));
    return address;
  });
}

std::optional<std::vector<CostLine>> optional_lines(Reader& body, std::string_view field) {
  if (!body.has(field)) return std::nullopt;
  std::vector<CostLine> lines;
  for (Reader& line : body.objects(field, kCostLinesMax)) {
    std::string label = line.text("label", kLabelBytesMax);
    lines.push_back({std::move(label), line.money("amount")});
  }
  return lines;
}

std::optional<std::vector<CostLine>> clearable_lines(Reader& body, std::string_view field) {
  if (body.is_null(field)) return std::vector<CostLine>();
  return optional_lines(body, field);
}

enum class Given { new_case, change };

// What every case has cannot be taken from one. In a new case null is not given.
void refuse_null(Reader& body, Given given, std::initializer_list<const char*> fields) {
  if (given == Given::new_case) return;
  for (const char* field : fields) {
    if (body.is_null(field)) body.refuse(field, "required", "cannot be taken away: give a value");
  }
}

void read_project(Reader body, Given given, CaseChange& change) {
  refuse_null(body, given, {"segment", "site_design_complete"});
  change.project_address = clearable_address(body, "address");
  change.segment = word(body, "segment", parse_segment, "residential, commercial");
  change.system_cost = clearable_money(body, "system_cost");
  change.size_w = clearable_integer(body, "size_w", 1, kSystemSizeWMax);
  change.cost_per_watt = clearable_money(body, "cost_per_watt");
  change.adders = clearable_lines(body, "adders");
  change.discounts = clearable_lines(body, "discounts");
  change.incentives = clearable_lines(body, "incentives");
  change.down_payment = clearable_money(body, "down_payment");
  change.consumption_kwh = clearable_integer(body, "consumption_kwh", 0, kEnergyKwhMax);
  change.production_kwh = clearable_integer(body, "production_kwh", 0, kEnergyKwhMax);
  change.site_design_complete = body.optional_flag("site_design_complete");
}

Agreement read_agreement(Reader body) {
  Agreement agreement;
  agreement.name = text_or_none(body, "name", 2 * kNameBytesMax);
  agreement.address = optional_address(body, "address");
  agreement.email = read_email(body);
  return agreement;
}

CaseChange::AgreementChange read_agreement_change(Reader body) {
  CaseChange::AgreementChange agreement;
  agreement.name = clearable_text(body, "name", 2 * kNameBytesMax);
  agreement.address = clearable_address(body, "address");
  agreement.email = read_email(body);
  if (agreement.email->empty() && !body.is_null("email")) agreement.email.reset();
  return agreement;
}

std::optional<CaseStatus> read_status(Reader& body) {
  auto status = word(body, "status", parse_case_status, "active, closed");
  // Abandoning asks for a reason: an action of its own.
  if (status != CaseStatus::abandoned) return status;
  body.refuse("status", "unknown_choice", "must be one of active, closed");
  return std::nullopt;
}

Value maybe(const std::string& text) {
  return text.empty() ? Value(nullptr) : Value(text);
}

template <class T>
Value maybe(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<T, Money>) {
    return json::write(*value);
  } else {
    return *value;
  }
}

Value masked(bool there) {
  return there ? Value(kMasked) : Value(nullptr);
}

Value address_value(const Address& address) {
  return {{"line1", maybe(address.line1)},
          {"line2", maybe(address.line2)},
          {"city", maybe(address.city)},
          {"state", maybe(address.state)},
          {"postal_code", maybe(address.postal_code)},
          {"country", maybe(address.country)}};
}

Value address_value(const std::optional<Address>& address) {
  return address ? address_value(*address) : Value(nullptr);
}

Value agreement_value(const std::optional<Agreement>& agreement) {
  if (!agreement) return nullptr;
  return {{"name", maybe(agreement->name)},
          {"address", address_value(agreement->address)},
          {"email", maybe(agreement->email)}};
}

Value lines_value(const std::vector<CostLine>& lines) {
  Value list = Value::array();
  for (const CostLine& line : lines) {
    list.push_back({{"label", line.label}, {"amount", json::write(line.amount)}});
  }
  return list;
}

Value applicant_value(const Applicant& person) {
  return {{"id", person.id.value},
          {"first_name", person.first_name},
          {"last_name", person.last_name},
          {"email", maybe(person.email)},
          {"phone", maybe(person.phone)},
          {"ssn", masked(!person.ssn.expose().empty())},
          {"date_of_birth", masked(!person.date_of_birth.expose().empty())},
          {"income", masked(person.income.has_value())},
          {"address", address_value(person.address)},
          {"language", maybe(person.language)}};
}

Value project_value(const Case& subject) {
  return {{"address", address_value(subject.project_address)},
          {"segment", std::string(to_string(subject.segment))},
          {"system_cost", maybe(subject.system_cost)},
          {"size_w", maybe(subject.size_w)},
          {"cost_per_watt", maybe(subject.cost_per_watt)},
          {"adders", lines_value(subject.adders)},
          {"discounts", lines_value(subject.discounts)},
          {"incentives", lines_value(subject.incentives)},
          {"down_payment", maybe(subject.down_payment)},
          {"consumption_kwh", maybe(subject.consumption_kwh)},
          {"production_kwh", maybe(subject.production_kwh)},
          {"site_design_complete", subject.site_design_complete}};
}

Value case_value(const Case& subject) {
  Value people = Value::array();
  for (const Applicant& person : subject.applicants) people.push_back(applicant_value(person));
  return {{"id", subject.id.value},
          {"number", subject.number},
          {"kind", std::string(to_string(subject.kind))},
          {"status", std::string(to_string(subject.status))},
          {"owner", subject.owner.value},
          {"generation", subject.generation},
          {"applicants", std::move(people)},
          {"project", project_value(subject)},
          {"agreement", agreement_value(subject.agreement)},
          {"version", subject.version},
          {"created_at", json::write(subject.created_at)},
          {"changed_at", json::write(subject.changed_at)}};
}

// A text of our own that does not read back is a bug or a damaged store.
Value stored_document(std::string_view text) {
  // What parse throws would blame the caller.
  try {
    return json::parse(text);
  } catch (const Error&) {
    throw Error(ErrorCode::internal, "a sealed text is not JSON");
  }
}

template <class Read>
auto stored(std::string_view text, Read read) {
  const Value document = stored_document(text);
  Reader body(document);
  body.take_as_it_came();
  auto value = read(body);
  if (!body.violations().empty()) throw Error(ErrorCode::internal, "a sealed text cannot be read");
  return value;
}

}  // namespace

namespace {

CaseChange read_given(std::string_view text, Given given) {
  const Value document = json::parse(text);
  Reader body(document);
  CaseChange change;
  refuse_null(body, given, {"number", "kind", "status", "owner", "applicants", "project"});
  change.number = body.optional_text("number", kCaseNumberBytesMax);
  change.kind = word(body, "kind", parse_customer_kind, "prospect, client");
  change.status = read_status(body);
  // An id that no user can have reads as one that is nobody's: the same refusal later.
  if (auto owner = body.optional_text("owner", kIdBytesMax)) change.owner = UserId{*owner};
  if (body.has("applicants")) change.applicants = read_people(body);
  if (auto project = body.optional_object("project")) read_project(*project, given, change);
  change.agreement =
      clearable(body, "agreement", [&]() -> std::optional<CaseChange::AgreementChange> {
        const auto agreement = body.optional_object("agreement");
        if (!agreement) return std::nullopt;
        return read_agreement_change(*agreement);
      });
  body.finish();
  return change;
}

}  // namespace

CaseChange read_new(std::string_view text) {
  return read_given(text, Given::new_case);
}

CaseChange read_change(std::string_view text) {
  return read_given(text, Given::change);
}

Written write(const Case& subject) {
  return std::make_shared<const Value>(case_value(subject));
}

Written write(const std::vector<Case>& cases) {
  Value list = Value::array();
  for (const Case& subject : cases) list.push_back(case_value(subject));
  return std::make_shared<const Value>(std::move(list));
}

Secret<std::string> person_text(const Applicant& person) {
  Value value = applicant_value(person);
  value["ssn"] = maybe(person.ssn.expose());
  value["date_of_birth"] = maybe(person.date_of_birth.expose());
  value["income"] = nullptr;
  if (person.income) {
    value["income"] = {{"amount", json::write(person.income->amount.expose())},
                       {"period", std::string(to_string(person.income->period))}};
  }
  return Secret<std::string>(json::dump(value));
}

Applicant person_in(std::string_view text) {
  return stored(text, [](Reader& body) { return read_person(body).applicant; });
}

Secret<std::string> project_text(const SealedProject& project) {
  const Value value = {{"address", address_value(project.address)},
                       {"agreement", agreement_value(project.agreement)}};
  return Secret<std::string>(json::dump(value));
}

SealedProject project_in(std::string_view text) {
  return stored(text, [](Reader& body) {
    SealedProject project;
    project.address = read_address(body.object("address"));
    if (auto agreement = body.optional_object("agreement")) {
      project.agreement = read_agreement(*agreement);
    }
    return project;
  });
}

std::string lines_text(const std::vector<CostLine>& lines) {
  const Value value = {{"lines", lines_value(lines)}};
  return json::dump(value);
}

std::vector<CostLine> lines_in(std::string_view text) {
  return stored(text, [](Reader& body) {
    if (!body.has("lines")) body.refuse("lines", "required", "is required");
    return optional_lines(body, "lines").value_or(std::vector<CostLine>{});
  });
}

std::string fields_text(const std::vector<std::string>& fields) {
  const Value value = {{"fields", fields}};
  return json::dump(value);
}

}  // namespace lendport::cases
