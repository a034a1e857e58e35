// What a document is by its bytes, and what it may be called.
#include "files/rules.hpp"

#include <gtest/gtest.h>

namespace lendport::files {
namespace {

using namespace std::string_literals;

TEST(TypeOf, IsByTheFirstBytesAlone) {
  const std::pair<std::string, std::optional<FileType>> rows[] = {
      {"%PDF-1.7\n", FileType::pdf},
      {"\xff\xd8\xff\xe0 JFIF", FileType::jpeg},
      {"\x89PNG\r\n\x1a\n....", FileType::png},
      {"\0\0\0\x18"
       "ftypheic\0\0\0\0"s,
       FileType::heic},
      {"\0\0\0\x18"
       "ftypmif1\0\0\0\0"s,
       FileType::heic},
      {"\0\0\0\x18"
       "ftypmp42\0\0\0\0"s,
       std::nullopt},
      {"\0\0\0\x18"
       "ftyp"s,
       std::nullopt},
      {" %PDF-1.7", std::nullopt},
      {"%PDF", std::nullopt},
      {"\xff\xd8", std::nullopt},
      {"MZ\x90", std::nullopt},
      {"<html>%PDF-", std::nullopt},
      {"PK\x03\x04", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [bytes, type] : rows) EXPECT_EQ(type_of(bytes), type) << bytes;
}

TEST(FileType, RoundTrips) {
  for (std::size_t i = 0; i < kFileTypeCount; ++i) {
    const auto type = static_cast<FileType>(i);
    EXPECT_EQ(parse_file_type(to_string(type)), type);
  }
  EXPECT_FALSE(parse_file_type("exe"));
  EXPECT_EQ(media_type(FileType::jpeg), "image/jpeg");
}

TEST(FileName, IsOneThatPeopleCanReadAndNoPath) {
  for (const std::string& name : {"a.pdf"s, "pay stub, März (2).pdf"s, "給与.pdf"s, "a"s,
                                  std::string(kFileNameBytesMax, 'a')}) {
    EXPECT_FALSE(problem_of_name(name)) << name;
  }
  for (const std::string& name : {""s, " "s, "a\nb.pdf"s, "a\0b"s, "../a.pdf"s, "a\\b.pdf"s, ".."s,
                                  ".hidden"s, "a\u202Egpj.pdf"s, "a\r\nContent-Type: text/html"s,
                                  std::string(kFileNameBytesMax + 1, 'a')}) {
    EXPECT_TRUE(problem_of_name(name)) << name;
  }
}

TEST(FileName, EndsAsItsTypeDoes) {
  struct Row {
    const char* given;
    FileType type;
    const char* kept;
  };
  for (const Row& row :
       {Row{"", FileType::pdf, "document.pdf"}, Row{"a", FileType::png, "a.png"},
        Row{"a.PDF", FileType::pdf, "a.PDF"}, Row{"a.exe", FileType::pdf, "a.exe.pdf"},
        Row{"a.jpeg", FileType::jpeg, "a.jpeg"}, Row{"a.JPG", FileType::jpeg, "a.JPG"},
        Row{"a.jpg", FileType::pdf, "a.jpg.pdf"}, Row{"x.heif", FileType::heic, "x.heif"}}) {
    EXPECT_EQ(name_with_ending(row.given, row.type), row.kept);
  }
}

TEST(Disposition, SavesUnderTheNameAndBreaksNoHeader) {
  EXPECT_EQ(disposition_of("pay stub.pdf"),
            "attachment; filename=\"pay stub.pdf\"; filename*=UTF-8''pay%20stub.pdf");
  EXPECT_EQ(disposition_of("a\"; x=\"é.pdf"),
            "attachment; filename=\"a__ x____.pdf\"; "
            "filename*=UTF-8''a%22%3B%20x%3D%22%C3%A9.pdf");
  EXPECT_EQ(disposition_of("a\r\nb").find_first_of("\r\n"), std::string::npos);
}

}  // namespace
}  // namespace lendport::files
