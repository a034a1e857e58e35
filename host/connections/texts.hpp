// What the hub itself says of connections, in both languages side by side. The English is what
// stores and events keep; a lender's own words are never here.
#pragma once

#include "core/wording.hpp"

namespace lendport::connections_texts {

// Why a form, or a wish, is refused; kept nowhere.
inline constexpr Wording kRefusals[] = {
    {"not_offered", "{lender} is not offered to your organization; ask the platform",
     "{lender} n'est pas proposé à votre organisation ; adressez-vous à la plateforme"},
    {"country_not_served", "{lender} lends in {countries}; your organization is in {country}",
     "pays où {lender} prête : {countries} ; votre organisation est dans le pays {country}"},
    {"segment_not_served", "{lender} serves these segments only: {segments}",
     "{lender} ne sert que ces segments : {segments}"},
    {"sales_mode_missing",
     "your organization is not entitled to sell with financing; ask the platform",
     "votre organisation n'a pas le droit de vendre avec financement ; adressez-vous à la "
     "plateforme"},
    {"environment_missing", "{lender} has no {environment} environment",
     "{lender} n'a pas d'environnement {environment}"},
    {"winding_down", "{lender} takes no new business: {reason}",
     "{lender} ne prend plus de nouvelles affaires : {reason}"},
    {"other_environment",
     "your key belongs to {environment}: it reaches connections of that environment only",
     "votre clé est de l'environnement {environment} : elle n'atteint que les connexions de cet "
     "environnement"},
    {"generic_account_required",
     "must name the lender's generic account that is used without a match",
     "doit nommer le compte générique du prêteur qui sert sans correspondance"},
    {"no_generic_account", "{lender} takes no applications under a generic account",
     "{lender} ne prend pas de demandes sous un compte générique"},
    {"no_accounts_made", "{lender} makes no accounts of reps: use match_or_generic",
     "{lender} ne crée pas de comptes de vendeurs : utilisez match_or_generic"},
    {"generic_account_unused", "is used with match_or_generic only",
     "ne sert qu'avec match_or_generic"},
    {"taken", "{lender} is connected in this environment already: change that connection",
     "{lender} est déjà connecté dans cet environnement : modifiez cette connexion-là"},
    {"connector_not_running", "the connector of this connection is not running",
     "le connecteur de cette connexion n'est pas en marche"},
    {"other_account",
     "these credentials belong to another account at the lender; disconnect and connect to change "
     "the account",
     "ces identifiants sont ceux d'un autre compte chez le prêteur ; déconnectez puis reconnectez "
     "pour changer de compte"},
    {"no_usable_answer", "the lender gave no usable answer; try again later",
     "le prêteur n'a pas donné de réponse utilisable ; réessayez plus tard"},
    {"refuses_these_credentials", "the lender refuses these credentials",
     "le prêteur refuse ces identifiants"},
    {"unknown_plugin", "no plugin of this id is running: {plugin}",
     "aucun plugin de cet identifiant n'est en marche : {plugin}"},
    {"fixed", "cannot change: disconnect this one and connect anew",
     "ne peut pas changer : déconnectez celle-ci et connectez à nouveau"},
    {"changed_since", "the connection was changed since; read it again",
     "la connexion a été modifiée depuis ; relisez-la"},
    {"cannot_be_enabled", "the connection cannot be enabled",
     "la connexion ne peut pas être activée"},
    {"held_by_one",
     "1 application is open at this lender: disable the connection to stop new ones, and delete it "
     "when they have ended; drafts and failed ones can be withdrawn",
     "1 demande est ouverte chez ce prêteur : désactivez la connexion pour ne plus en prendre, et "
     "supprimez-la quand elles seront terminées ; les brouillons et les échecs peuvent être "
     "retirés"},
    {"held",
     "{count} applications are open at this lender: disable the connection to stop new ones, and "
     "delete it when they have ended; drafts and failed ones can be withdrawn",
     "{count} demandes sont ouvertes chez ce prêteur : désactivez la connexion pour ne plus en "
     "prendre, et supprimez-la quand elles seront terminées ; les brouillons et les échecs peuvent "
     "être retirés"},
    {"no_webhooks", "the connector {plugin} is not running or takes no webhooks",
     "le connecteur {plugin} n'est pas en marche ou ne prend pas de webhooks"},
    {"offer_made", "somebody else made this offer just now",
     "quelqu'un d'autre vient de faire cette offre"},
    {"offer_changed", "somebody else changed this offer just now",
     "quelqu'un d'autre vient de modifier cette offre"},
    {"offer_changed_since", "the offer was changed since; read it again",
     "l'offre a été modifiée depuis ; relisez-la"},
    {"unknown_successor", "no other plugin of this id is running: {plugin}",
     "aucun autre plugin de cet identifiant n'est en marche : {plugin}"},
    {"no_successor", "a successor cannot be named", "un successeur ne peut pas être nommé"},
};

// Why a connection is as it is, where the hub itself says so: kept as `status_reason`, as is what
// it said in a connector's place (connectors/texts.hpp). No parameters: what differs by a word is a
// person's or a lender's.
inline constexpr Wording kReasons[] = {
    {"not_valid", "the connection is not valid", "la connexion n'est pas valable"},
    {"refuses_settings", "the lender refuses these settings", "le prêteur refuse ces paramètres"},
    {"refuses_credentials", "the lender refuses the credentials",
     "le prêteur refuse les identifiants"},
    {"disconnected", "disconnected", "déconnectée"},
    // Earlier builds kept this where a lender refused the credentials without a word.
    {"gave_no_catalogue", "the lender gave no catalogue", "le prêteur n'a donné aucun catalogue"},
};

// Words of closed sets that stand in sentences.
inline constexpr Wording kWords[] = {
    {"status.draft", "draft", "brouillon"},
    {"status.requested", "requested", "demandée"},
    {"status.awaiting_lender", "awaiting_lender", "en attente du prêteur"},
    {"status.configuring", "configuring", "en configuration"},
    {"status.uat", "uat", "en recette"},
    {"status.connected", "connected", "connectée"},
    {"status.needs_attention", "needs_attention", "à vérifier"},
    {"status.disabled", "disabled", "désactivée"},
    {"status.winding_down", "winding_down", "en extinction"},
};

}  // namespace lendport::connections_texts
