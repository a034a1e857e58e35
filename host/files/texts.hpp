// What the hub says of documents of a case, in both languages side by side.
#pragma once

#include "core/wording.hpp"

namespace lendport::files_texts {

inline constexpr Wording kRefusals[] = {
    {"no_body", "send the document's bytes as the body",
     "envoyez les octets du document comme corps de la requête"},
    {"not_a_type", "a document is a PDF, JPEG, PNG or HEIC file: by its first bytes this is none",
     "un document est un fichier PDF, JPEG, PNG ou HEIC : d'après ses premiers octets, celui-ci "
     "n'en est pas un"},
    {"too_many", "a case may have {count} documents: delete one that is no longer needed",
     "un dossier peut avoir {count} documents : supprimez-en un dont vous n'avez plus besoin"},
    {"case_full",
     "would be too much: the documents of a case may have {bytes} bytes together, and those of "
     "this one have {held}; delete one that is no longer needed",
     "serait de trop : les documents d'un dossier peuvent faire {bytes} octets ensemble, et ceux "
     "de celui-ci en font {held} ; supprimez-en un dont vous n'avez plus besoin"},
    {"org_full",
     "would be too much: the documents of an organisation may have {bytes} bytes together; delete "
     "documents or cases that are no longer needed, or ask the operator for more",
     "serait de trop : les documents d'une organisation peuvent faire {bytes} octets ensemble ; "
     "supprimez des documents ou des dossiers dont vous n'avez plus besoin, ou demandez plus à "
     "l'exploitant"},
    {"infected", "the malware scanner found {what} in it", "l'analyse antivirus y a trouvé {what}"},
    {"no_scanner", "the malware scanner does not answer: nothing was kept, try again later",
     "l'antivirus ne répond pas : rien n'a été conservé, réessayez plus tard"},
    {"under_way",
     "the document is on its way to a lender: wait until it is there, or known to be not",
     "le document est en route vers un prêteur : attendez qu'il y soit, ou qu'il soit établi qu'il "
     "n'y est pas"},
    {"name_too_long", "may have {bytes} bytes at most", "peut faire {bytes} octets au plus"},
    {"name_is_a_path", "must be a file's name, not a path",
     "doit être le nom d'un fichier, non un chemin"},
};

}  // namespace lendport::files_texts
