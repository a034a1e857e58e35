// What the lender has: applications and loan documents, by the key they came under.
#pragma once

#include "simulation/world.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::simulation {

// One application at the lender, with its latest word.
struct Loan {
  std::string id;
  std::string word;       // the connector's: "approved", or one the hub does not know
  std::string own_word;   // the lender's own, new with each word
  std::string more;       // further members of its state: the decision
  std::string next_word;  // the one it will say next, where that is settled
  Time known_at{};        // when a question finds it
  Time asked_at{};        // when it last gave an answer about it
  int words_left = 0;     // changes of mind to come
};

struct Papers {
  std::string status;  // "pending", "sent", "opened", "signed", "countersigned", "expired"
  Time known_at{};
};

// Shared by all processes; lives and speaks by itself, whoever asks.
class Books {
 public:
  // `tell` takes what a webhook says, now.
  Books(World& world, std::function<void(std::string words)> tell)
      : world_(world), tell_(std::move(tell)) {}

  // The bytes of a create arrive: an application, or a request for documents.
  void take_application(const std::string& key);
  void take_documents(const std::string& key);

  Loan* find(std::string_view key);
  Papers* find_papers(std::string_view key);
  // The id of another application, or nothing.
  std::string another_ones_id(std::string_view key) const;
  const std::map<std::string, Loan, std::less<>>& loans() const { return loans_; }

  // One of the lender's words; sometimes one the hub does not know.
  std::string any_word();
  // What was pending is out.
  void settle();

 private:
  void plan(Loan& loan);
  void send_papers(const std::string& key);
  void change_later(const std::string& key);
  void say(Loan& loan, std::string_view word);
  void say_by_webhook(const std::string& key, const Loan& loan);

  World& world_;
  std::function<void(std::string words)> tell_;
  std::map<std::string, Loan, std::less<>> loans_;
  std::map<std::string, Papers, std::less<>> papers_;
  int words_ = 0;
};

// The state of a loan as the connector gives it.
std::string state_text(const Loan& loan);

}  // namespace lendport::simulation
