-- Providers counted by territory and breakdown: those who offered a slot, those who had one taken.
WITH
-- include: creneaux_bruts
cellules AS (
    SELECT
        departement_code,
        cpts_code,
        effecteur_id,
        semaine_code,
-- include: dimension_creneaux
        count(CASE WHEN statut_code IN ('reserve', 'honore', 'absent') THEN 1 END) AS pris_nb
    FROM bruts
    GROUP BY GROUPING SETS (
        (departement_code, cpts_code, effecteur_id, semaine_code),
        (departement_code, cpts_code, effecteur_id, heure_code),
        (departement_code, cpts_code, effecteur_id, jour_code),
        (departement_code, cpts_code, effecteur_id, profession_code),
        (departement_code, cpts_code, effecteur_id, canal_code),
        (departement_code, cpts_code, effecteur_id, outil_code)
    )
),
ventiles AS (
    SELECT departement_code, cpts_code, effecteur_id, dimension_code, modalite_code, pris_nb
    FROM cellules
    UNION ALL
    SELECT departement_code, cpts_code, effecteur_id, 'semaine', semaine_code, pris_nb
    FROM cellules
    WHERE dimension_code = 'ensemble'
),
niveaux AS (
    SELECT
-- include: niveau_creneaux
        effecteur_id,
        dimension_code,
        modalite_code,
        SUM(pris_nb) AS pris_nb
    FROM ventiles
    GROUP BY GROUPING SETS (
        (cpts_code, effecteur_id, dimension_code, modalite_code),
        (departement_code, effecteur_id, dimension_code, modalite_code),
        (effecteur_id, dimension_code, modalite_code)
    )
)
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    count(*) AS effecteurs_nb,
    count(CASE WHEN pris_nb > 0 THEN 1 END) AS effecteurs_pris_nb
FROM niveaux
GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
