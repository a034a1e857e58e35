// The hub's letters that no applicant's good news are: the creditor's notice of adverse action, and
// what staff are told.
#include "mail/texts_notices.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace lendport::mail {
namespace {

// The paragraphs of the law, for both forms of a letter, which have them where their [name] stands.
// The law's own in English is that of 12 CFR 1002.9(b)(1), word for word; so is the report's of
// form C-1 in appendix C.
constexpr const char* kReportEn =
    R"(Our credit decision was based in whole or in part on information obtained in a
report from the consumer reporting agency listed below. You have a right under
the Fair Credit Reporting Act to know the information contained in your credit
file at the consumer reporting agency. The reporting agency played no part in
our decision and is unable to supply specific reasons why we have denied credit
to you. You also have a right to a free copy of your report from the reporting
agency, if you request it no later than 60 days after you receive this notice.
In addition, if you find that any information contained in the report you
receive is inaccurate or incomplete, you have the right to dispute the matter
with the reporting agency.)";

constexpr const char* kLawEn =
    R"(Notice: The Federal Equal Credit Opportunity Act prohibits creditors from
discriminating against credit applicants on the basis of race, color, religion,
national origin, sex, marital status, age (provided the applicant has the
capacity to enter into a binding contract); because all or part of the
applicant's income derives from any public assistance program; or because the
applicant has in good faith exercised any right under the Consumer Credit
Protection Act. The Federal agency that administers compliance with this law
concerning this creditor is {{agency}}.)";

constexpr const char* kReportFr =
    R"(Notre décision repose en tout ou en partie sur des informations d'un rapport de
l'agence d'évaluation du crédit ci-dessous. La loi américaine Fair Credit
Reporting Act vous donne le droit de connaître les informations de votre dossier
auprès de cette agence. L'agence n'a pas pris part à notre décision et ne peut
pas vous en donner les motifs. Vous avez aussi droit à une copie gratuite de
votre rapport, si vous la demandez à l'agence dans les 60 jours suivant la
réception de cet avis. Si une information de ce rapport est inexacte ou
incomplète, vous avez le droit de la contester auprès de l'agence.)";

constexpr const char* kLawFr =
    R"(Avis : la loi fédérale américaine Equal Credit Opportunity Act interdit aux
créanciers toute discrimination entre les demandeurs de crédit fondée sur la
race, la couleur, la religion, l'origine nationale, le sexe, la situation de
famille ou l'âge (si le demandeur a la capacité de contracter), sur le fait que
tout ou partie de ses revenus provient d'une aide publique, ou sur l'exercice de
bonne foi d'un droit que lui donne le Consumer Credit Protection Act. L'agence
fédérale qui veille au respect de cette loi par ce créancier est {{agency}}.)";

constexpr const char* kAdverseEnSubject = "About your application for credit with {{creditor}}";

constexpr const char* kAdverseEnText = R"({{creditor}}
{{creditor_address}}
{{#creditor_phone}}
{{creditor_phone}}
{{/creditor_phone}}

{{date}}

Dear {{applicant}},

{{#declined}}
Thank you for your application for financing of your project with {{org}}. After
careful consideration, {{creditor}} is unable to approve it.
{{/declined}}
{{#counter_offer}}
Thank you for your application for financing of your project with {{org}}.
{{creditor}} was unable to offer you credit on the terms that you asked for and
offered you credit on other terms. You have not accepted that offer.
{{/counter_offer}}

Principal reasons for this decision:
- {{first_reason}}
{{#second_reason}}
- {{second_reason}}
{{/second_reason}}
{{#third_reason}}
- {{third_reason}}
{{/third_reason}}
{{#fourth_reason}}
- {{fourth_reason}}
{{/fourth_reason}}

{{#report_agency}}
[report]

{{report_agency}}
{{report_address}}
{{report_phone}}
{{/report_agency}}

[law]

{{creditor}}
)";

constexpr const char* kAdverseEnHtml = R"(<!DOCTYPE html>
<html lang="en"><body>
<p>{{creditor}}<br>{{creditor_address}}
{{#creditor_phone}}<br>{{creditor_phone}}{{/creditor_phone}}</p>
<p>{{date}}</p>
<p>Dear {{applicant}},</p>
{{#declined}}
<p>Thank you for your application for financing of your project with {{org}}.
After careful consideration, {{creditor}} is unable to approve it.</p>
{{/declined}}
{{#counter_offer}}
<p>Thank you for your application for financing of your project with {{org}}.
{{creditor}} was unable to offer you credit on the terms that you asked for and
offered you credit on other terms. You have not accepted that offer.</p>
{{/counter_offer}}
<p>Principal reasons for this decision:</p>
<ul>
<li>{{first_reason}}</li>
{{#second_reason}}<li>{{second_reason}}</li>{{/second_reason}}
{{#third_reason}}<li>{{third_reason}}</li>{{/third_reason}}
{{#fourth_reason}}<li>{{fourth_reason}}</li>{{/fourth_reason}}
</ul>
{{#report_agency}}
<p>[report]</p>
<p>{{report_agency}}<br>{{report_address}}<br>{{report_phone}}</p>
{{/report_agency}}
<p>[law]</p>
<p>{{creditor}}</p>
</body></html>
)";

constexpr const char* kAdverseFrSubject = "Votre demande de crédit auprès de {{creditor}}";

constexpr const char* kAdverseFrText = R"({{creditor}}
{{creditor_address}}
{{#creditor_phone}}
{{creditor_phone}}
{{/creditor_phone}}

{{date}}

Bonjour {{applicant}},

{{#declined}}
Merci de votre demande de financement de votre projet avec {{org}}. Après un
examen attentif, {{creditor}} ne peut pas l'accepter.
{{/declined}}
{{#counter_offer}}
Merci de votre demande de financement de votre projet avec {{org}}. {{creditor}}
n'a pas pu vous accorder le crédit aux conditions demandées et vous a proposé
d'autres conditions. Vous n'avez pas accepté cette offre.
{{/counter_offer}}

Principaux motifs de cette décision :
- {{first_reason}}
{{#second_reason}}
- {{second_reason}}
{{/second_reason}}
{{#third_reason}}
- {{third_reason}}
{{/third_reason}}
{{#fourth_reason}}
- {{fourth_reason}}
{{/fourth_reason}}

{{#report_agency}}
[report]

{{report_agency}}
{{report_address}}
{{report_phone}}
{{/report_agency}}

[loi]

[law]

{{creditor}}
)";

constexpr const char* kAdverseFrHtml = R"(<!DOCTYPE html>
<html lang="fr"><body>
<p>{{creditor}}<br>{{creditor_address}}
{{#creditor_phone}}<br>{{creditor_phone}}{{/creditor_phone}}</p>
<p>{{date}}</p>
<p>Bonjour {{applicant}},</p>
{{#declined}}
<p>Merci de votre demande de financement de votre projet avec {{org}}. Après un
examen attentif, {{creditor}} ne peut pas l'accepter.</p>
{{/declined}}
{{#counter_offer}}
<p>Merci de votre demande de financement de votre projet avec {{org}}.
{{creditor}} n'a pas pu vous accorder le crédit aux conditions demandées et vous
a proposé d'autres conditions. Vous n'avez pas accepté cette offre.</p>
{{/counter_offer}}
<p>Principaux motifs de cette décision :</p>
<ul>
<li>{{first_reason}}</li>
{{#second_reason}}<li>{{second_reason}}</li>{{/second_reason}}
{{#third_reason}}<li>{{third_reason}}</li>{{/third_reason}}
{{#fourth_reason}}<li>{{fourth_reason}}</li>{{/fourth_reason}}
</ul>
{{#report_agency}}
<p>[report]</p>
<p>{{report_agency}}<br>{{report_address}}<br>{{report_phone}}</p>
{{/report_agency}}
<p>[loi]</p>
<p lang="en">[law]</p>
<p>{{creditor}}</p>
</body></html>
)";

constexpr const char* kStaffEnSubject =
    "{{#case}}Case {{case}}{{/case}}"
    "{{#connection}}Connection to {{lender}} broken{{/connection}}"
    "{{#webhook}}Webhooks to {{host}} stopped{{/webhook}}"
    "{{#approved}} approved{{/approved}}"
    "{{#conditional}} approved with conditions{{/conditional}}"
    "{{#prequalified}} prequalified{{/prequalified}}"
    "{{#declined}} declined{{/declined}}"
    "{{#information}}: questions{{/information}}"
    "{{#expiry}} expires {{date}}{{/expiry}}"
    "{{#notice}}: notice due {{date}}{{/notice}}";

constexpr const char* kStaffEnText = R"(Hello {{person}},

{{#approved}}
{{lender}} has approved the application of case {{case}}.
{{/approved}}
{{#conditional}}
{{lender}} has approved the application of case {{case}}, with conditions.
{{/conditional}}
{{#prequalified}}
{{lender}} has prequalified the application of case {{case}}.
{{/prequalified}}
{{#declined}}
{{lender}} has declined the application of case {{case}}.
{{/declined}}
{{#information}}
{{lender}} asks for information about the application of case {{case}}.
{{/information}}
{{#expiry}}
The decision of {{lender}} about case {{case}} holds until {{date}}.
{{/expiry}}
{{#notice}}
The notice of adverse action about case {{case}}, decided by {{lender}}, is due
by {{date}}, and nothing proves that it was sent. See to it, and record it.
{{/notice}}
{{#connection}}
The connection to {{lender}} needs attention. No new applications go to this
lender until it is connected again.
{{/connection}}
{{#webhook}}
The hub has stopped sending webhooks to {{host}}: it did not take them. See its
log of deliveries, and enable it again when it can; what it missed can be sent
then.
{{/webhook}}

{{org}}
)";

constexpr const char* kStaffEnHtml = R"(<!DOCTYPE html>
<html lang="en"><body>
<p>Hello {{person}},</p>
{{#approved}}<p>{{lender}} has approved the application of case {{case}}.</p>{{/approved}}
{{#conditional}}
<p>{{lender}} has approved the application of case {{case}}, with conditions.</p>
{{/conditional}}
{{#prequalified}}
<p>{{lender}} has prequalified the application of case {{case}}.</p>
{{/prequalified}}
{{#declined}}<p>{{lender}} has declined the application of case {{case}}.</p>{{/declined}}
{{#information}}
<p>{{lender}} asks for information about the application of case {{case}}.</p>
{{/information}}
{{#expiry}}<p>The decision of {{lender}} about case {{case}} holds until {{date}}.</p>{{/expiry}}
{{#notice}}<p>The notice of adverse action about case {{case}}, decided by {{lender}}, is due
by {{date}}, and nothing proves that it was sent. See to it, and record it.</p>{{/notice}}
{{#connection}}<p>The connection to {{lender}} needs attention. No new applications go to this
lender until it is connected again.</p>{{/connection}}
{{#webhook}}<p>The hub has stopped sending webhooks to {{host}}: it did not take them. See its
log of deliveries, and enable it again when it can; what it missed can be sent then.</p>{{/webhook}}
<p>{{org}}</p>
</body></html>
)";

constexpr const char* kStaffFrSubject =
    "{{#case}}Dossier {{case}}{{/case}}"
    "{{#connection}}Connexion à {{lender}} rompue{{/connection}}"
    "{{#webhook}}Webhooks vers {{host}} arrêtés{{/webhook}}"
    "{{#approved}} accepté{{/approved}}"
    "{{#conditional}} accepté sous conditions{{/conditional}}"
    "{{#prequalified}} préqualifié{{/prequalified}}"
    "{{#declined}} refusé{{/declined}}"
    "{{#information}} : questions{{/information}}"
    "{{#expiry}} expire le {{date}}{{/expiry}}"
    "{{#notice}} : avis dû le {{date}}{{/notice}}";

constexpr const char* kStaffFrText = R"(Bonjour {{person}},

{{#approved}}
{{lender}} a accepté la demande du dossier {{case}}.
{{/approved}}
{{#conditional}}
{{lender}} a accepté la demande du dossier {{case}}, sous conditions.
{{/conditional}}
{{#prequalified}}
{{lender}} a préqualifié la demande du dossier {{case}}.
{{/prequalified}}
{{#declined}}
{{lender}} a refusé la demande du dossier {{case}}.
{{/declined}}
{{#information}}
{{lender}} demande des informations sur la demande du dossier {{case}}.
{{/information}}
{{#expiry}}
La décision de {{lender}} sur le dossier {{case}} vaut jusqu'au {{date}}.
{{/expiry}}
{{#notice}}
L'avis de refus du dossier {{case}}, décidé par {{lender}}, est dû avant le
{{date}}, et rien ne prouve qu'il soit parti. Faites le nécessaire et notez-le.
{{/notice}}
{{#connection}}
La connexion à {{lender}} demande votre attention. Aucune nouvelle demande ne
part chez ce prêteur avant qu'elle soit rétablie.
{{/connection}}
{{#webhook}}
L'envoi des webhooks vers {{host}} est arrêté : ils n'y étaient pas acceptés.
Voyez le journal des envois, et remettez l'adresse en service quand elle le
permet ; ce qu'elle a manqué pourra lui être envoyé.
{{/webhook}}

{{org}}
)";

constexpr const char* kStaffFrHtml = R"(<!DOCTYPE html>
<html lang="fr"><body>
<p>Bonjour {{person}},</p>
{{#approved}}<p>{{lender}} a accepté la demande du dossier {{case}}.</p>{{/approved}}
{{#conditional}}
<p>{{lender}} a accepté la demande du dossier {{case}}, sous conditions.</p>
{{/conditional}}
{{#prequalified}}<p>{{lender}} a préqualifié la demande du dossier {{case}}.</p>{{/prequalified}}
{{#declined}}<p>{{lender}} a refusé la demande du dossier {{case}}.</p>{{/declined}}
{{#information}}
<p>{{lender}} demande des informations sur la demande du dossier {{case}}.</p>
{{/information}}
{{#expiry}}
<p>La décision de {{lender}} sur le dossier {{case}} vaut jusqu'au {{date}}.</p>
{{/expiry}}
{{#notice}}<p>L'avis de refus du dossier {{case}}, décidé par {{lender}}, est dû avant le
{{date}}, et rien ne prouve qu'il soit parti. Faites le nécessaire et notez-le.</p>{{/notice}}
{{#connection}}<p>La connexion à {{lender}} demande votre attention. Aucune nouvelle demande ne
part chez ce prêteur avant qu'elle soit rétablie.</p>{{/connection}}
{{#webhook}}<p>L'envoi des webhooks vers {{host}} est arrêté : ils n'y étaient pas acceptés.
Voyez le journal des envois, et remettez l'adresse en service quand elle le permet ; ce qu'elle a
manqué pourra lui être envoyé.</p>{{/webhook}}
<p>{{org}}</p>
</body></html>
)";

using Paragraph = std::pair<std::string_view, std::string_view>;  // its mark and its words

std::string with(std::string_view form, const std::vector<Paragraph>& paragraphs) {
  std::string whole(form);
  for (const auto& [mark, words] : paragraphs) whole.replace(whole.find(mark), mark.size(), words);
  return whole;
}

Texts adverse_action(const char* subject, const char* text, const char* html,
                     const std::vector<Paragraph>& paragraphs) {
  return {subject, with(text, paragraphs), with(html, paragraphs)};
}

}  // namespace

const Texts& adverse_action_texts(Language language) {
  static const Texts en = adverse_action(kAdverseEnSubject, kAdverseEnText, kAdverseEnHtml,
                                         {{"[report]", kReportEn}, {"[law]", kLawEn}});
  static const Texts fr =
      adverse_action(kAdverseFrSubject, kAdverseFrText, kAdverseFrHtml,
                     {{"[report]", kReportFr}, {"[loi]", kLawFr}, {"[law]", kLawEn}});
  return language == Language::fr ? fr : en;
}

const Texts& staff_notice_texts(Language language) {
  static const Texts en{kStaffEnSubject, kStaffEnText, kStaffEnHtml};
  static const Texts fr{kStaffFrSubject, kStaffFrText, kStaffFrHtml};
  return language == Language::fr ? fr : en;
}

}  // namespace lendport::mail
