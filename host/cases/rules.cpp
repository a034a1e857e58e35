#include "cases/rules.hpp"

#include "core/iso.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace lendport::cases {
namespace {

constexpr std::size_t kGeneratedDigits = 6;

template <class T, class U>
void take(const std::optional<T>& given, U& field) {
  if (given) field = *given;
}

// `std::optional<Address>`, or an address that is empty when it is taken away.
template <class Addressed>
void take(const std::optional<Clearable<CaseChange::AddressChange>>& given, Addressed& field) {
  if (!given) return;
  if (!*given) {
    field = Addressed();
    return;
  }
  Address after;
  if constexpr (std::is_same_v<Addressed, Address>) {
    after = field;
  } else {
    after = field.value_or(Address());
  }
  take((*given)->line1, after.line1);
  take((*given)->line2, after.line2);
  take((*given)->city, after.city);
  take((*given)->state, after.state);
  take((*given)->postal_code, after.postal_code);
  take((*given)->country, after.country);
  field = std::move(after);
}

void take(const std::optional<Clearable<CaseChange::AgreementChange>>& given,
          std::optional<Agreement>& field) {
  if (!given) return;
  if (!*given) {
    field.reset();
    return;
  }
  Agreement after = field.value_or(Agreement());
  take((*given)->name, after.name);
  take((*given)->address, after.address);
  take((*given)->email, after.email);
  field = std::move(after);
}

// What is stored already and not touched is left in peace.
void check_place(const std::optional<Clearable<CaseChange::AddressChange>>& given, Address address,
                 const std::string& pointer, std::vector<Violation>& found) {
  if (!given || !*given || (!(*given)->state && !(*given)->country)) return;
  take(given, address);
  if (!fits_country(address)) found.push_back({pointer + "/state", "not_a_state", kStateWanted});
}

void check_places(const CaseChange& change, const Case& target, std::vector<Violation>& found) {
  check_place(change.project_address, target.project_address, "/project/address", found);
  if (!change.agreement || !*change.agreement) return;
  const Agreement before = target.agreement.value_or(Agreement());
  check_place((*change.agreement)->address, before.address.value_or(Address()),
              "/agreement/address", found);
}

bool are_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

using People = std::vector<CaseChange::Person>;

const Applicant* with_id(const std::vector<Applicant>& stored, const PersonId& id) {
  const auto same_id = [&](const Applicant& person) { return person.id == id; };
  const auto found = std::find_if(stored.begin(), stored.end(), same_id);
  return found == stored.end() ? nullptr : &*found;
}

bool names(const People& people, const PersonId& id) {
  const auto same_id = [&](const CaseChange::Person& person) { return person.applicant.id == id; };
  return std::any_of(people.begin(), people.end(), same_id);
}

// Whom `people[i]` replaces: who is named, or stands there and is named nowhere else.
const Applicant* stored_for(const People& people, std::size_t i,
                            const std::vector<Applicant>& stored) {
  const PersonId& id = people[i].applicant.id;
  if (!id.value.empty()) return with_id(stored, id);
  if (i >= stored.size() || names(people, stored[i].id)) return nullptr;
  return &stored[i];
}

Applicant merged(const CaseChange::Person& person, const Applicant* stored) {
  Applicant merged = person.applicant;
  if (stored == nullptr) return merged;
  merged.id = stored->id;
  if (person.keep_ssn) merged.ssn = stored->ssn;
  if (person.keep_date_of_birth) merged.date_of_birth = stored->date_of_birth;
  if (person.keep_income) merged.income = stored->income;
  return merged;
}

// One currency, no amount past the limit: sums of a case can then not overflow.
class AmountCheck {
 public:
  explicit AmountCheck(std::vector<Violation>& found) : found_(found) {}

  void look(const std::optional<Money>& money, const std::string& pointer) {
    if (!money) return;
    if (!currency_) currency_ = money->currency;
    if (money->currency != *currency_) {
      found_.push_back(
          {pointer, "currency",
           "must be in " + std::string(currency_->code()) + " like the other amounts of the case"});
    }
    if (money->minor_units < 0 || money->minor_units > kCaseAmountMinorMax) {
      found_.push_back({pointer, "out_of_range",
                        "must be from 0 to " + format_amount({kCaseAmountMinorMax, {}})});
    }
  }

  void look(const std::vector<CostLine>& lines, const std::string& pointer) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      look(lines[i].amount, pointer + "/" + std::to_string(i) + "/amount");
    }
  }

 private:
  std::vector<Violation>& found_;
  std::optional<Currency> currency_;
};

void check_amounts(const Case& subject, std::vector<Violation>& found) {
  AmountCheck check(found);
  check.look(subject.system_cost, "/project/system_cost");
  check.look(subject.cost_per_watt, "/project/cost_per_watt");
  check.look(subject.adders, "/project/adders");
  check.look(subject.discounts, "/project/discounts");
  check.look(subject.incentives, "/project/incentives");
  check.look(subject.down_payment, "/project/down_payment");
  if (subject.system_cost || !subject.size_w || !subject.cost_per_watt) return;
  const std::int64_t watt = std::max<std::int64_t>(subject.cost_per_watt->minor_units, 1);
  if (*subject.size_w > kCaseAmountMinorMax / watt) {
    found.push_back({"/project/cost_per_watt", "out_of_range",
                     "times the size must be at most " + format_amount({kCaseAmountMinorMax, {}})});
  }
}

void check_born(const Applicant& person, Date today, const std::string& at,
                std::vector<Violation>& found) {
  const std::string& born = person.date_of_birth.expose();
  if (born.empty()) return;
  const auto date = parse_date(born);
  if (!date || *date > today) {
    found.push_back({at + "/date_of_birth", "out_of_range", "must be a day that has been"});
  }
}

void check_people(const Case& subject, Date today, std::vector<Violation>& found) {
  if (subject.applicants.empty()) {
    found.push_back({"/applicants", "required", "give one or two applicants"});
  }
  for (std::size_t i = 0; i < subject.applicants.size(); ++i) {
    check_born(subject.applicants[i], today, "/applicants/" + std::to_string(i), found);
  }
}

void check_identity(const CaseChange::Person& person, const std::string& at, const Case& target,
                    std::vector<Violation>& found) {
  const PersonId& id = person.applicant.id;
  if (!id.value.empty()) {
    if (with_id(target.applicants, id) == nullptr) {
      found.push_back(
          {at + "/id", "unknown", "must be an applicant of this case; leave it out for a new one"});
    }
    return;
  }
  const auto refuse_mask = [&](bool masked, const char* field) {
    if (!masked) return;
    found.push_back({at + field, "nothing_to_keep",
                     "*** keeps what is stored of the applicant whose id is given beside it"});
  };
  refuse_mask(person.keep_ssn, "/ssn");
  refuse_mask(person.keep_date_of_birth, "/date_of_birth");
  refuse_mask(person.keep_income, "/income");
}

bool same(const Applicant& a, const Applicant& b) {
  const auto income = [](const Applicant& person) {
    return person.income
               ? std::optional(std::pair(person.income->amount.expose(), person.income->period))
               : std::nullopt;
  };
  return a.first_name == b.first_name && a.last_name == b.last_name && a.email == b.email &&
         a.phone == b.phone && a.ssn.expose() == b.ssn.expose() &&
         a.date_of_birth.expose() == b.date_of_birth.expose() && income(a) == income(b) &&
         a.address == b.address && a.language == b.language;
}

bool same(const std::optional<Agreement>& a, const std::optional<Agreement>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->name == b->name && a->address == b->address && a->email == b->email;
}

}  // namespace

bool fits_country(const Address& address) {
  return address.country != "US" || address.state.empty() || is_us_state(address.state);
}

void apply(const CaseChange& change, Case& target) {
  take(change.number, target.number);
  take(change.kind, target.kind);
  take(change.status, target.status);
  take(change.owner, target.owner);
  take(change.project_address, target.project_address);
  take(change.segment, target.segment);
  take(change.system_cost, target.system_cost);
  take(change.size_w, target.size_w);
  take(change.cost_per_watt, target.cost_per_watt);
  take(change.adders, target.adders);
  take(change.discounts, target.discounts);
  take(change.incentives, target.incentives);
  take(change.down_payment, target.down_payment);
  take(change.consumption_kwh, target.consumption_kwh);
  take(change.production_kwh, target.production_kwh);
  take(change.site_design_complete, target.site_design_complete);
  take(change.agreement, target.agreement);
  if (!change.applicants) return;
  std::vector<Applicant> people;
  for (std::size_t i = 0; i < change.applicants->size(); ++i) {
    const Applicant* stored = stored_for(*change.applicants, i, target.applicants);
    people.push_back(merged((*change.applicants)[i], stored));
  }
  target.applicants = std::move(people);
}

std::vector<Violation> violations_of(const CaseChange& change, const Case& target) {
  std::vector<Violation> found;
  check_places(change, target, found);
  if (!change.applicants) return found;
  std::vector<PersonId> seen;
  for (std::size_t i = 0; i < change.applicants->size(); ++i) {
    check_identity((*change.applicants)[i], "/applicants/" + std::to_string(i), target, found);
    const PersonId& id = (*change.applicants)[i].applicant.id;
    if (!id.value.empty() && std::find(seen.begin(), seen.end(), id) != seen.end()) {
      found.push_back({"/applicants/" + std::to_string(i) + "/id", "repeated",
                       "names an applicant that is given already"});
    }
    seen.push_back(id);
  }
  return found;
}

std::vector<Violation> violations_of(const Case& subject, Date today) {
  std::vector<Violation> found;
  check_people(subject, today, found);
  check_amounts(subject, found);
  return found;
}

std::optional<std::string> normal_phone(std::string_view text) {
  std::string digits;
  const bool international = text.starts_with('+');
  for (char c : international ? text.substr(1) : text) {
    if (is_digit(c)) {
      digits += c;
    } else if (c != ' ' && c != '.' && c != '-' && c != '(' && c != ')') {
      return std::nullopt;
    }
  }
  if (digits.empty() || digits.front() == '0') return std::nullopt;
  if (international) {
    const bool possible = digits.size() >= 8 && digits.size() <= 15;
    return possible ? std::optional("+" + digits) : std::nullopt;
  }
  if (digits.size() == 10 && digits.front() != '1') return "+1" + digits;
  if (digits.size() == 11 && digits.front() == '1') return "+" + digits;
  return std::nullopt;
}

std::optional<std::string> normal_ssn(std::string_view text) {
  std::string digits(text);
  if (digits.size() == 11 && digits[3] == '-' && digits[6] == '-') {
    digits.erase(6, 1);
    digits.erase(3, 1);
  }
  if (digits.size() != 9 || !are_digits(digits)) return std::nullopt;
  return digits;
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  const std::string_view domain = text.substr(at + 1);
  const std::size_t dot = domain.find('.');
  return dot != std::string_view::npos && dot > 0 && domain.back() != '.' &&
         text.find_first_of(" \t\r\n<>,;\"") == std::string_view::npos;
}

std::vector<std::string> changed_fields(const Case& before, const Case& after) {
  std::vector<std::string> fields;
  const auto note = [&](bool equal, const char* field) {
    if (!equal) fields.emplace_back(field);
  };
  note(before.number == after.number, "number");
  note(before.kind == after.kind, "kind");
  note(before.status == after.status, "status");
  note(before.owner == after.owner, "owner");
  note(std::equal(before.applicants.begin(), before.applicants.end(), after.applicants.begin(),
                  after.applicants.end(),
                  [](const Applicant& a, const Applicant& b) { return same(a, b); }),
       "applicants");
  note(before.project_address == after.project_address, "project.address");
  note(before.segment == after.segment, "project.segment");
  note(before.system_cost == after.system_cost, "project.system_cost");
  note(before.size_w == after.size_w, "project.size_w");
  note(before.cost_per_watt == after.cost_per_watt, "project.cost_per_watt");
  note(before.adders == after.adders, "project.adders");
  note(before.discounts == after.discounts, "project.discounts");
  note(before.incentives == after.incentives, "project.incentives");
  note(before.down_payment == after.down_payment, "project.down_payment");
  note(before.consumption_kwh == after.consumption_kwh, "project.consumption_kwh");
  note(before.production_kwh == after.production_kwh, "project.production_kwh");
  note(before.site_design_complete == after.site_design_complete, "project.site_design_complete");
  note(same(before.agreement, after.agreement), "agreement");
  return fields;
}

std::string generated_number(std::int64_t counter) {
  std::string digits = std::to_string(counter);
  if (digits.size() < kGeneratedDigits) digits.insert(0, kGeneratedDigits - digits.size(), '0');
  return "C-" + digits;
}

}  // namespace lendport::cases
