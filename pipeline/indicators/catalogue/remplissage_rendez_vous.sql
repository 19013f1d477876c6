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
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    creneaux_nb AS offerts_nb,
    effecteurs_nb,
    semaines_nb,
    pourvus_nb,
    absents_nb,
    annules_nb,
    rendus_nb,
    non_pris_nb,
    libres_nb,
    CASE WHEN motif_refus IS NULL THEN 100e0 * pourvus_nb / creneaux_nb END AS taux_pct,
    CASE WHEN motif_refus IS NULL THEN 100e0 * rendus_nb / creneaux_nb END
        AS part_rendus_pct,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM juges
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
