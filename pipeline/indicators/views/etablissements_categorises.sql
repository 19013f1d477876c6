-- Establishments with what their category meant at its date, and the class of their manager. A closed
-- one is read at its closing, an open one at the date of the extract.
WITH entites AS (
    SELECT
        date_extraction,
        finess_ej,
        statut_juridique_code,
        ROW_NUMBER() OVER (PARTITION BY finess_ej ORDER BY date_extraction DESC) AS rang
    FROM entites_juridiques
)
SELECT
    e.date_extraction,
    e.finess_et,
    e.finess_ej,
    e.commune_code,
    e.departement_code,
    e.region_code,
    e.etat_code,
    e.date_ouverture,
    e.date_fermeture,
    e.categorie_code,
    c.categorie_code IS NOT NULL AS categorie_connue,
    c.categorie_code IS NOT NULL
        AND (c.date_debut IS NULL OR c.date_debut <= COALESCE(e.date_fermeture, e.date_extraction))
        AND (c.date_fin IS NULL OR c.date_fin > COALESCE(e.date_fermeture, e.date_extraction))
        AS categorie_valide,
    CASE
        WHEN (c.date_debut IS NULL OR c.date_debut <= COALESCE(e.date_fermeture, e.date_extraction))
            AND (c.date_fin IS NULL OR c.date_fin > COALESCE(e.date_fermeture, e.date_extraction))
            THEN c.famille_code
    END AS famille_code,
    COALESCE(j.statut_juridique_code, d.statut_juridique_code) AS statut_juridique_code,
    s.gestionnaire_code
FROM etablissements e
LEFT JOIN finess_categories c ON c.categorie_code = e.categorie_code AND c.retenue
LEFT JOIN entites j ON j.finess_ej = e.finess_ej AND j.date_extraction = e.date_extraction
LEFT JOIN entites d ON d.finess_ej = e.finess_ej AND d.rang = 1
LEFT JOIN finess_statuts s
    ON s.statut_juridique_code = COALESCE(j.statut_juridique_code, d.statut_juridique_code)
ORDER BY e.date_extraction, e.finess_et
