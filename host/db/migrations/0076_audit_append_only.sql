-- What was recorded stays as it was: the database itself refuses to change or remove an entry. The
-- chain of hashes still tells when somebody took that away first.
APPEND ONLY audit;
