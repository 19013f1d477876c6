-- Hours from the offer of a slot to its booking, and from its booking to its start.
WITH
-- include: creneaux_ventiles
-- include: prises
groupes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS pris_nb,
        count(offre_prise_minutes_nb) AS offre_prise_n_nb,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY offre_prise_minutes_nb / 60e0)
            AS offre_prise_q1_h,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY offre_prise_minutes_nb / 60e0)
            AS offre_prise_mediane_h,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY offre_prise_minutes_nb / 60e0)
            AS offre_prise_q3_h,
        count(preavis_minutes_nb) AS prise_debut_n_nb,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY preavis_minutes_nb / 60e0)
            AS prise_debut_q1_h,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY preavis_minutes_nb / 60e0)
            AS prise_debut_mediane_h,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY preavis_minutes_nb / 60e0)
            AS prise_debut_q3_h
    FROM prises
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
)
SELECT
    g.*,
    CASE WHEN offre_prise_n_nb > 0 OR prise_debut_n_nb > 0 THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE WHEN offre_prise_n_nb = 0 AND prise_debut_n_nb = 0 THEN 'horodatage_absent' END
        AS motif_refus
FROM groupes g
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
