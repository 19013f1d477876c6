-- Slots taken over all slots offered, where the feed says what became of every one.
WITH juges AS (
    SELECT
        v.*,
        CASE
            WHEN libres_nb = creneaux_nb THEN 'creneaux_libres_seuls'
            WHEN libres_nb > 0 THEN 'issue_inconnue'
            WHEN flux_libres_nb > 0 THEN 'offre_incomplete'
            WHEN dimension_code = 'canal' THEN 'sans_canal'
        END AS motif_refus
    FROM creneaux_ventiles v
)
SELECT
    j.niveau_code,
    j.territoire_code,
    j.dimension_code,
    j.modalite_code,
    j.creneaux_nb AS offerts_nb,
    e.effecteurs_nb,
    c.semaines_nb,
    j.pourvus_nb,
    j.absents_nb,
    j.annules_nb,
    j.rendus_nb,
    j.non_pris_nb,
    j.libres_nb,
    CASE WHEN j.motif_refus IS NULL THEN 100e0 * j.pourvus_nb / j.creneaux_nb END AS taux_pct,
    CASE WHEN j.motif_refus IS NULL THEN 100e0 * j.rendus_nb / j.creneaux_nb END
        AS part_rendus_pct,
    CASE WHEN j.motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    j.motif_refus
FROM juges j
JOIN creneaux_effecteurs e
    ON e.niveau_code = j.niveau_code
    AND e.territoire_code = j.territoire_code
    AND e.dimension_code = j.dimension_code
    AND e.modalite_code = j.modalite_code
JOIN creneaux_calendrier c
    ON c.niveau_code = j.niveau_code
    AND c.territoire_code = j.territoire_code
    AND c.dimension_code = j.dimension_code
    AND c.modalite_code = j.modalite_code
ORDER BY j.niveau_code, j.territoire_code, j.dimension_code, j.modalite_code
