-- Establishments with what their category meant at its date, and the class of their manager. A closed
-- one is read at its closing, an open one at the date of the extract.
WITH entites AS (
    SELECT
        date_extraction,
        finess_ej,
        statut_juridique_code,
        ROW_NUMBER() OVER (PARTITION BY finess_ej ORDER BY date_extraction DESC) AS rang
    FROM entites_juridiques
),
lus AS (
    SELECT
        e.*,
        COALESCE(e.date_fermeture, e.date_extraction) AS jour,
        COALESCE(j.statut_juridique_code, d.statut_juridique_code) AS statut_juridique_code
    FROM etablissements e
    LEFT JOIN entites j ON j.finess_ej = e.finess_ej AND j.date_extraction = e.date_extraction
    LEFT JOIN entites d ON d.finess_ej = e.finess_ej AND d.rang = 1
),
juges AS (
    SELECT
        l.*,
        c.categorie_code IS NOT NULL AS categorie_connue,
        c.categorie_code IS NOT NULL
            AND (c.date_debut IS NULL OR c.date_debut <= l.jour)
            AND (c.date_fin IS NULL OR c.date_fin > l.jour) AS categorie_valide,
        c.famille_code AS famille_nommee
    FROM lus l
    LEFT JOIN finess_categories c ON c.categorie_code = l.categorie_code AND c.retenue
)
SELECT
    g.date_extraction,
    g.finess_et,
    g.finess_ej,
    g.commune_code,
    g.departement_code,
    g.region_code,
    g.etat_code,
    g.date_ouverture,
    g.date_fermeture,
    g.categorie_code,
    g.categorie_connue,
    g.categorie_valide,
    CASE WHEN g.categorie_valide THEN g.famille_nommee END AS famille_code,
    g.statut_juridique_code,
    s.gestionnaire_code
FROM juges g
LEFT JOIN finess_statuts s ON s.statut_juridique_code = g.statut_juridique_code
ORDER BY g.date_extraction, g.finess_et
