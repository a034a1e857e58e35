#include "simulation/books.hpp"

#include <algorithm>
#include <utility>

namespace lendport::simulation {
namespace {

constexpr std::array<std::string_view, 12> kWords = {
    "in_review", "needs_info", "prequalified",  "conditional", "approved",  "documents_sent",
    "signed",    "declined",   "countersigned", "funded",      "cancelled", "expired"};
constexpr std::string_view kOddWord = "frozen";
constexpr std::uint64_t kPlannedPercent = 95;

// From the arrival until a question finds it. With the time on the way it stays within the window.
constexpr Span kKnownWithin{140'000};
constexpr Span kChangeLeast{30'000};
constexpr Span kChangeMost{12 * 60'000};
constexpr Span kSoon{2'000};
constexpr Span kLate{10 * 60'000};
constexpr std::uint64_t kChangesMax = 7;
// What the key of an application's documents has at its end.
constexpr std::string_view kOfDocuments = ".documents";

// Of what is said then, more is lost: it may expire, or documents may be asked for before.
bool is_soon_over(ApplicationState state) {
  return state == ApplicationState::prequalified || state == ApplicationState::conditional ||
         state == ApplicationState::approved;
}

// What may follow from what, by the hub's table: each is some seed's beginning.
std::vector<std::pair<std::string_view, std::string_view>> steps_there_are() {
  std::vector<std::pair<std::string_view, std::string_view>> steps;
  for (const std::string_view first : kWords) {
    const auto state = next_state(ApplicationState::unknown, lender_event(first).event).value();
    for (const std::string_view then : kWords) {
      if (!next_state(state, lender_event(then).event)) continue;
      steps.insert(steps.end(), is_soon_over(state) ? 2 : 1, {first, then});
    }
  }
  return steps;
}

}  // namespace

std::string state_text(const Loan& loan) {
  return R"({"lender_application_id":")" + loan.id + R"(","status":")" + loan.word +
         R"(","lender_status":")" + loan.own_word + '"' + loan.more + "}";
}

void Books::take_application(const std::string& key) {
  world_.note("lender", "takes " + key);
  if (loans_.contains(key)) {
    world_.wrong("the lender has the application twice: " + key);
    return;
  }
  Loan& loan = loans_[key];
  loan.id = "L-" + std::to_string(loans_.size());
  loan.known_at = world_.now() + world_.dice.between(Span{0}, kKnownWithin);
  loan.words_left = static_cast<int>(world_.dice.below(kChangesMax + 1));
  say(loan, any_word());
  plan(loan);
  change_later(key);
}

// Left to chance alone, a rare word would hardly ever follow a rare one.
void Books::plan(Loan& loan) {
  static const auto steps = steps_there_are();
  if (!world_.dice.percent(kPlannedPercent)) return;
  const auto& [first, then] = steps.at(world_.dice.below(steps.size()));
  if (lender_event(loan.word).mapped) loan.word = first;
  loan.next_word = then;
  loan.words_left = std::max(loan.words_left, 1);
}

void Books::take_documents(const std::string& key) {
  world_.note("lender", "takes documents " + key);
  const Papers* before = find_papers(key);
  if (before != nullptr && before->status != "expired")
    world_.wrong("the lender was asked for documents twice: " + key);
  papers_[key] = {"pending", world_.now() + world_.dice.between(Span{0}, kKnownWithin)};
  if (world_.dice.percent(50)) {
    send_papers(key);
    return;
  }
  const Span wait = world_.dice.between(kChangeLeast, kChangeMost);
  world_.at(world_.now() + wait, [this, key] { send_papers(key); });
}

Loan* Books::find(std::string_view key) {
  const auto found = loans_.find(key);
  return found == loans_.end() ? nullptr : &found->second;
}

Papers* Books::find_papers(std::string_view key) {
  const auto found = papers_.find(key);
  return found == papers_.end() ? nullptr : &found->second;
}

std::string Books::another_ones_id(std::string_view key) const {
  for (const auto& [other, loan] : loans_) {
    if (other != key) return loan.id;
  }
  return {};
}

// Its word about the application follows; sometimes they expire instead.
void Books::send_papers(const std::string& key) {
  Papers& papers = papers_.at(key);
  if (papers.status != "pending") return;
  if (world_.dice.percent(10)) {
    papers.status = "expired";
    return;
  }
  const bool is_signed = world_.dice.percent(20);
  papers.status = is_signed ? "signed" : "sent";
  Loan* loan = find(key.substr(0, key.size() - kOfDocuments.size()));
  if (loan != nullptr) say(*loan, is_signed ? "signed" : "documents_sent");
}

void Books::settle() {
  for (const auto& [key, papers] : papers_) send_papers(key);
}

std::string Books::any_word() {
  if (world_.strikes(Fault::odd_status)) return std::string(kOddWord);
  return std::string(kWords.at(world_.dice.below(kWords.size())));
}

void Books::say(Loan& loan, std::string_view word) {
  loan.word = word;
  loan.own_word = "word " + std::to_string(++words_);
  loan.more.clear();
  if (world_.dice.percent(60)) return;
  loan.more = R"(,"decision":{"amount":{"amount":"20000.00","currency":"USD"})";
  if (world_.dice.percent(50)) {
    const Span holds = world_.dice.between(kChangeLeast, 3 * kChangeMost);
    loan.more += R"(,"expires_at":")" + format_time(world_.now() + holds) + "\"";
  }
  loan.more += "}";
}

void Books::change_later(const std::string& key) {
  Loan& waiting = loans_.at(key);
  if (waiting.words_left-- <= 0) return;
  const Span wait = world_.dice.between(kChangeLeast, kChangeMost);
  world_.at(world_.now() + wait, [this, key] {
    if (world_.calm()) return;
    world_.happened(Fault::decision_changes);
    Loan& loan = loans_.at(key);
    // What is said again in other words follows from itself.
    std::string word = std::exchange(loan.next_word, {});
    if (word.empty()) word = world_.dice.percent(25) ? loan.word : any_word();
    say(loan, word);
    if (world_.dice.percent(75)) say_by_webhook(key, loan);
    change_later(key);
  });
}

void Books::say_by_webhook(const std::string& key, const Loan& loan) {
  Loan said = loan;
  if (world_.strikes(Fault::webhook_forged)) said.word = any_word();
  if (world_.strikes(Fault::webhook_foreign)) said.id = "L-of-nobody";
  std::string words = R"({"events":[{"type":"application.changed")";
  if (said.id == loan.id && world_.dice.percent(50)) words += R"(,"idempotency_key":")" + key + '"';
  words += R"(,"application":)" + state_text(said) + "}]}";
  const bool late = world_.strikes(Fault::webhook_late);
  const int times = world_.strikes(Fault::webhook_doubled) ? 2 : 1;
  for (int time = 0; time < times; ++time) {
    const Span wait = world_.dice.between(Span{0}, late ? kLate : kSoon);
    world_.at(world_.now() + wait, [this, words] { tell_(words); });
  }
}

}  // namespace lendport::simulation
