// Forms made of documents that a connector only names.
#include "connectors/form.hpp"

#include <gtest/gtest.h>

namespace lendport::connectors {
namespace {

Documents documents() {
  return {{"file_1",
           {"pay \"stub\".pdf", "application/pdf",
            std::make_shared<const std::string>("%PDF\r\n\0x", 8)}},
          {"file_2", {"a.png", "image/png", std::make_shared<const std::string>("\x89PNG")}}};
}

PartAsk part(const std::string& name, const std::string& blob) {
  return {name, blob, false, "", ""};
}

TEST(Form, HoldsTheBytesAsTheyAre) {
  const Documents all = documents();
  PartAsk data = part("data", "");
  data.content_type = "application/json";
  const auto form = form_of({data, part("file", "file_1")}, all, R"({"a":1})", "B");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->content_type, "multipart/form-data; boundary=B");
  EXPECT_EQ(form->body,
            "--B\r\nContent-Disposition: form-data; name=\"data\"\r\n"
            "Content-Type: application/json\r\n\r\n{\"a\":1}\r\n"
            "--B\r\nContent-Disposition: form-data; name=\"file\"; "
            "filename=\"pay %22stub%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n" +
                *all.at("file_1").bytes + "\r\n--B--\r\n");
}

TEST(Form, MayHoldBase64AndOtherNames) {
  const auto form =
      form_of({{"f", "file_2", true, "image/x-png", "roof.png"}}, documents(), "", "B");
  ASSERT_TRUE(form);
  EXPECT_NE(form->body.find("filename=\"roof.png\"\r\nContent-Type: image/x-png\r\n"
                            "Content-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n"),
            std::string::npos)
      << form->body;
}

TEST(Form, IsOfTheCallsDocumentsAlone) {
  EXPECT_FALSE(form_of({part("f", "file_9")}, documents(), "", "B"));
  EXPECT_FALSE(form_of({part("f", "file_1")}, {}, "", "B"));
}

TEST(Form, LetsNoNameOrTypeBreakAHead) {
  PartAsk breaks = part("a\r\nX: y\"", "file_1");
  breaks.file_name = "b\r\n\r\n--B--";
  const auto form = form_of({breaks}, documents(), "", "B");
  ASSERT_TRUE(form);
  EXPECT_NE(form->body.find("name=\"a%0D%0AX: y%22\"; filename=\"b%0D%0A%0D%0A--B--\"\r\n"),
            std::string::npos)
      << form->body;
  PartAsk typed = part("a", "file_1");
  typed.content_type = "text/html\r\nX: y";
  EXPECT_FALSE(form_of({typed}, documents(), "", "B"));
}

TEST(Form, HasAnEndToItsSize) {
  const auto half = std::make_shared<const std::string>(kFormBytesMax / 2, 'x');
  const Documents large{{"a", {"a", "image/png", half}}};
  EXPECT_TRUE(form_of({part("f", "a")}, large, "", "B"));
  EXPECT_FALSE(form_of({part("f", "a"), part("g", "a")}, large, "", "B"));
}

}  // namespace
}  // namespace lendport::connectors
