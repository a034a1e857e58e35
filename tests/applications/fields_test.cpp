// The fields of a case in words.
#include "applications/fields.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace lendport {
namespace {

struct Row {
  const char* pointer;
  const char* en;
  const char* fr;
};

TEST(FieldName, SaysWhoseItIs) {
  for (const Row& row :
       {Row{"/applicants/0/ssn", "the borrower's Social Security number",
            "numéro de sécurité sociale de l'emprunteur"},
        Row{"/applicants/1/email", "the co-applicant's e-mail", "e-mail du co-emprunteur"},
        Row{"/project/address/state", "the project's state", "État du projet"},
        Row{"/agreement/name", "the installation agreement's name",
            "nom du contrat d'installation"},
        Row{"/applicants", "an applicant", "un emprunteur"},
        Row{"/applicants/0/shoe_size", "/applicants/0/shoe_size", "/applicants/0/shoe_size"},
        Row{"", "", ""}}) {
    EXPECT_EQ(field_name(row.pointer, "en"), row.en) << row.pointer;
    EXPECT_EQ(field_name(row.pointer, "fr"), row.fr) << row.pointer;
    EXPECT_EQ(field_name(row.pointer, "es"), row.en) << row.pointer;
  }
}

TEST(FieldName, KnowsWhatTheShippedConnectorsRequire) {
  for (const char* plugin : {"mosaic", "configured"}) {
    std::ifstream file(std::string(LENDPORT_SOURCE_DIR "/plugins/") + plugin + "/manifest.json");
    const json::Value manifest = json::Value::parse(file);
    const json::Value required = manifest.value("application", json::Value::object())
                                     .value("required", json::Value::array());
    for (const auto& pointer : required) {
      EXPECT_NE(field_name(pointer.get<std::string>(), "en"), pointer) << plugin;
      EXPECT_NE(field_name(pointer.get<std::string>(), "fr"), pointer) << plugin;
    }
  }
}

}  // namespace
}  // namespace lendport
