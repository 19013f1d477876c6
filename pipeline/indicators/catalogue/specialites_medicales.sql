-- Share of the centres whose doctors are all GPs.
WITH reponses AS (
    SELECT
        p.annee,
        'cds_pluripro' AS population_code,
        'generalistes_seuls' AS question_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        m.autres_specialites_nb = 0 AS oui
    FROM cds_pluripro p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    WHERE m.medecins_nb > 0
),
-- include: parts
SELECT
    annee,
    dimension_code,
    modalite_code,
    cds_nb,
    concernes_nb,
    part_pct,
    repartition_pct
FROM parts
ORDER BY annee, dimension_code, modalite_code
