-- Minutes from the offer of a slot to its booking, and from its booking to its start: how many, and
-- their quartiles of type 7, by week of each CPTS and of each department.
WITH
-- include: creneaux_bruts
-- include: prises
mesures AS (
    SELECT
        p.*,
        CAST(offre_prise_minutes_nb AS INTEGER) AS offre_prise_nb,
        CAST(preavis_minutes_nb AS INTEGER) AS prise_debut_nb
    FROM prises p
)
SELECT
-- include: niveau_creneaux
    'semaine' AS dimension_code,
    semaine_code AS modalite_code,
    count(*) AS pris_nb,
    count(offre_prise_nb) AS offre_prise_n_nb,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY offre_prise_nb) AS offre_prise_q1_nb,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY offre_prise_nb) AS offre_prise_mediane_nb,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY offre_prise_nb) AS offre_prise_q3_nb,
    count(prise_debut_nb) AS prise_debut_n_nb,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY prise_debut_nb) AS prise_debut_q1_nb,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY prise_debut_nb) AS prise_debut_mediane_nb,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY prise_debut_nb) AS prise_debut_q3_nb
FROM mesures
GROUP BY GROUPING SETS (
    (cpts_code, semaine_code),
    (departement_code, semaine_code)
)
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
