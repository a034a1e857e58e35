#include "core/iso.hpp"

#include <algorithm>

namespace lendport {
namespace {

// Each word and a blank.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
    "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
    "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
    "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
    "US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

constexpr std::string_view kStates =
    "AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH "
    "MI MN MO MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UM UT VA VI "
    "VT WA WI WV WY ";

constexpr std::string_view kLanguages =
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv "
    "cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho "
    "hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku "
    "kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn "
    "no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm "
    "sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi "
    "vo wa wo xh yi yo za zh zu ";

constexpr std::size_t kCodeBytes = 2;

bool is_listed(std::string_view list, std::string_view code) {
  if (code.size() != kCodeBytes) return false;
  for (std::size_t at = 0; at < list.size(); at += kCodeBytes + 1) {
    if (list.substr(at, kCodeBytes) == code) return true;
  }
  return false;
}

bool all_in(std::string_view text, char from, char to) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return c >= from && c <= to; });
}

bool is_script(std::string_view part) {
  return part.size() == 4 && all_in(part.substr(0, 1), 'A', 'Z') &&
         all_in(part.substr(1), 'a', 'z');
}

bool is_region(std::string_view part) {
  return is_country(part) || (part.size() == 3 && all_in(part, '0', '9'));
}

// The part of `rest` before the next hyphen, which is taken off with it.
std::string_view next_part(std::string_view& rest) {
  const std::size_t hyphen = rest.find('-');
  const std::string_view part = rest.substr(0, hyphen);
  rest = hyphen == std::string_view::npos ? std::string_view() : rest.substr(hyphen + 1);
  return part;
}

}  // namespace

bool is_country(std::string_view code) {
  return is_listed(kCountries, code);
}

bool is_us_state(std::string_view code) {
  return is_listed(kStates, code);
}

bool is_language(std::string_view code) {
  return is_listed(kLanguages, code);
}

bool is_locale(std::string_view tag) {
  if (tag.size() == kCodeBytes) return is_language(tag);
  return tag.size() == 2 * kCodeBytes + 1 && tag[kCodeBytes] == '-' &&
         is_language(tag.substr(0, kCodeBytes)) && is_country(tag.substr(kCodeBytes + 1));
}

bool is_language_tag(std::string_view tag) {
  if (tag.ends_with('-')) return false;
  std::string_view rest = tag;
  const std::string_view language = next_part(rest);
  const bool three_letters = language.size() == 3 && all_in(language, 'a', 'z');
  if (!is_language(language) && !three_letters) return false;
  if (rest.empty()) return true;
  std::string_view part = next_part(rest);
  if (is_script(part)) {
    if (rest.empty()) return true;
    part = next_part(rest);
  }
  return rest.empty() && is_region(part);
}

}  // namespace lendport
