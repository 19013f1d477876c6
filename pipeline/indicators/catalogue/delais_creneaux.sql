-- Hours from the offer of a slot to its booking, and from its booking to its start, in all, by CPTS and
-- by department.
WITH minutes AS (
    SELECT
        'ensemble' AS niveau_code,
        'ensemble' AS territoire_code,
        dimension_code,
        modalite_code,
        mesure_code,
        minutes_nb,
        SUM(prises_nb) AS prises_nb
    FROM creneaux_delais_minutes
    GROUP BY dimension_code, modalite_code, mesure_code, minutes_nb
),
-- include: delais_comptes
,
reunis AS (
    SELECT * FROM delais
    UNION ALL
    SELECT * FROM creneaux_delais_locaux
    UNION ALL
    SELECT * FROM creneaux_delais_semaines
)
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    pris_nb,
    offre_prise_n_nb,
    offre_prise_q1_nb / 60e0 AS offre_prise_q1_h,
    offre_prise_mediane_nb / 60e0 AS offre_prise_mediane_h,
    offre_prise_q3_nb / 60e0 AS offre_prise_q3_h,
    prise_debut_n_nb,
    prise_debut_q1_nb / 60e0 AS prise_debut_q1_h,
    prise_debut_mediane_nb / 60e0 AS prise_debut_mediane_h,
    prise_debut_q3_nb / 60e0 AS prise_debut_q3_h,
    CASE WHEN offre_prise_n_nb > 0 OR prise_debut_n_nb > 0 THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE WHEN offre_prise_n_nb = 0 AND prise_debut_n_nb = 0 THEN 'horodatage_absent' END
        AS motif_refus
FROM reunis
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
