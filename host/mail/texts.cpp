// The hub's own letters, in English and French.
#include "mail/letter.hpp"
#include "mail/texts_notices.hpp"

namespace lendport::mail {
namespace {

constexpr const char* kDecisionEnSubject =
    "{{#approved}}{{lender}} has approved your financing{{/approved}}"
    "{{#conditional}}{{lender}} has approved your financing with conditions{{/conditional}}"
    "{{#prequalified}}You are prequalified with {{lender}}{{/prequalified}}";

constexpr const char* kDecisionEnText = R"(Hello {{applicant}},

{{#approved}}
Good news: {{lender}} has approved your application for financing with {{org}}.
{{/approved}}
{{#conditional}}
{{lender}} has approved your application for financing with {{org}}, with
conditions. {{org}} will tell you what is still needed.
{{/conditional}}
{{#prequalified}}
{{lender}} has prequalified you for financing with {{org}}. This is not an
approval: the lender decides once it has checked your application.
{{/prequalified}}

{{#amount}}
Amount: {{amount}}
{{/amount}}
{{#apr}}
Annual percentage rate: {{apr}}
{{/apr}}
{{#term_months}}
Term: {{term_months}} months
{{/term_months}}
{{#valid_until}}
Valid until: {{valid_until}}
{{/valid_until}}

You need not do anything now: {{org}} will contact you about the next step.

{{org}}
)";

constexpr const char* kDecisionEnHtml = R"(<!DOCTYPE html>
<html lang="en"><body>
<p>Hello {{applicant}},</p>
{{#approved}}
<p>Good news: <strong>{{lender}}</strong> has approved your application for
financing with {{org}}.</p>
{{/approved}}
{{#conditional}}
<p><strong>{{lender}}</strong> has approved your application for financing with
{{org}}, with conditions. {{org}} will tell you what is still needed.</p>
{{/conditional}}
{{#prequalified}}
<p><strong>{{lender}}</strong> has prequalified you for financing with
{{org}}. This is not an approval: the lender decides once it has checked your
application.</p>
{{/prequalified}}
<ul>
{{#amount}}
<li>Amount: {{amount}}</li>
{{/amount}}
{{#apr}}
<li>Annual percentage rate: {{apr}}</li>
{{/apr}}
{{#term_months}}
<li>Term: {{term_months}} months</li>
{{/term_months}}
{{#valid_until}}
<li>Valid until: {{valid_until}}</li>
{{/valid_until}}
</ul>
<p>You need not do anything now: {{org}} will contact you about the next step.</p>
<p>{{org}}</p>
</body></html>
)";

constexpr const char* kDecisionFrSubject =
    "{{#approved}}{{lender}} a accepté votre financement{{/approved}}"
    "{{#conditional}}{{lender}} a accepté votre financement sous conditions{{/conditional}}"
    "{{#prequalified}}Vous êtes préqualifié auprès de {{lender}}{{/prequalified}}";

constexpr const char* kDecisionFrText = R"(Bonjour {{applicant}},

{{#approved}}
Bonne nouvelle : {{lender}} a accepté votre demande de financement avec {{org}}.
{{/approved}}
{{#conditional}}
{{lender}} a accepté votre demande de financement avec {{org}}, sous
conditions. {{org}} vous dira ce qu'il reste à fournir.
{{/conditional}}
{{#prequalified}}
{{lender}} vous a préqualifié pour un financement avec {{org}}. Ce n'est pas
un accord : le prêteur décide après avoir vérifié votre demande.
{{/prequalified}}

{{#amount}}
Montant : {{amount}}
{{/amount}}
{{#apr}}
Taux annuel effectif global : {{apr}}
{{/apr}}
{{#term_months}}
Durée : {{term_months}} mois
{{/term_months}}
{{#valid_until}}
Valable jusqu'au : {{valid_until}}
{{/valid_until}}

Vous n'avez rien à faire pour l'instant : {{org}} vous contactera pour la suite.

{{org}}
)";

constexpr const char* kDecisionFrHtml = R"(<!DOCTYPE html>
<html lang="fr"><body>
<p>Bonjour {{applicant}},</p>
{{#approved}}
<p>Bonne nouvelle : <strong>{{lender}}</strong> a accepté votre demande de
financement avec {{org}}.</p>
{{/approved}}
{{#conditional}}
<p><strong>{{lender}}</strong> a accepté votre demande de financement avec
{{org}}, sous conditions. {{org}} vous dira ce qu'il reste à fournir.</p>
{{/conditional}}
{{#prequalified}}
<p><strong>{{lender}}</strong> vous a préqualifié pour un financement avec
{{org}}. Ce n'est pas un accord : le prêteur décide après avoir vérifié votre
demande.</p>
{{/prequalified}}
<ul>
{{#amount}}
<li>Montant : {{amount}}</li>
{{/amount}}
{{#apr}}
<li>Taux annuel effectif global : {{apr}}</li>
{{/apr}}
{{#term_months}}
<li>Durée : {{term_months}} mois</li>
{{/term_months}}
{{#valid_until}}
<li>Valable jusqu'au : {{valid_until}}</li>
{{/valid_until}}
</ul>
<p>Vous n'avez rien à faire pour l'instant : {{org}} vous contactera pour la suite.</p>
<p>{{org}}</p>
</body></html>
)";

constexpr const char* kLoanDocumentsEnSubject = "Your loan documents from {{lender}} are ready";

constexpr const char* kLoanDocumentsEnText = R"(Hello {{applicant}},

Your loan documents are ready. Please read and sign them with {{lender}}:

{{link}}

The page belongs to {{lender}}. If you did not ask for this loan, contact {{org}}.

{{org}}
)";

constexpr const char* kLoanDocumentsEnHtml = R"(<!DOCTYPE html>
<html lang="en"><body>
<p>Hello {{applicant}},</p>
<p>Your loan documents are ready. Please read and sign them with
<strong>{{lender}}</strong>:</p>
<p><a href="{{link}}">{{link}}</a></p>
<p>The page belongs to {{lender}}. If you did not ask for this loan, contact {{org}}.</p>
<p>{{org}}</p>
</body></html>
)";

constexpr const char* kLoanDocumentsFrSubject = "Vos documents de prêt de {{lender}} sont prêts";

constexpr const char* kLoanDocumentsFrText = R"(Bonjour {{applicant}},

Vos documents de prêt sont prêts. Vous pouvez les lire et les signer chez {{lender}} :

{{link}}

Cette page appartient à {{lender}}. Si vous n'avez pas demandé ce prêt, contactez {{org}}.

{{org}}
)";

constexpr const char* kLoanDocumentsFrHtml = R"(<!DOCTYPE html>
<html lang="fr"><body>
<p>Bonjour {{applicant}},</p>
<p>Vos documents de prêt sont prêts. Vous pouvez les lire et les signer chez
<strong>{{lender}}</strong> :</p>
<p><a href="{{link}}">{{link}}</a></p>
<p>Cette page appartient à {{lender}}. Si vous n'avez pas demandé ce prêt, contactez
{{org}}.</p>
<p>{{org}}</p>
</body></html>
)";

}  // namespace

const Texts& built_in_texts(Letter letter, Language language) {
  static const Texts decision_en{kDecisionEnSubject, kDecisionEnText, kDecisionEnHtml};
  static const Texts decision_fr{kDecisionFrSubject, kDecisionFrText, kDecisionFrHtml};
  static const Texts loan_documents_en{kLoanDocumentsEnSubject, kLoanDocumentsEnText,
                                       kLoanDocumentsEnHtml};
  static const Texts loan_documents_fr{kLoanDocumentsFrSubject, kLoanDocumentsFrText,
                                       kLoanDocumentsFrHtml};
  const bool french = language == Language::fr;
  if (letter == Letter::adverse_action) return adverse_action_texts(language);
  if (letter == Letter::staff_notice) return staff_notice_texts(language);
  if (letter == Letter::decision) return french ? decision_fr : decision_en;
  return french ? loan_documents_fr : loan_documents_en;
}

}  // namespace lendport::mail
