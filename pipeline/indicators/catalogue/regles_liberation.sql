-- Bookings each release rule of the inventory would have shut out: those made too near the start.
WITH
-- include: creneaux_bruts
-- include: prises
-- Equal notices are held once: rules are set against notices, not against slots.
preavis AS (
    SELECT
        departement_code,
        cpts_code,
        liberation_minutes_nb,
        preavis_minutes_nb,
        count(*) AS prises_nb
    FROM prises
    GROUP BY departement_code, cpts_code, liberation_minutes_nb, preavis_minutes_nb
),
regles AS (
    SELECT 'liberation_59_min' AS regle_code, {{liberation_courte_minutes}} AS minutes_nb
    UNION ALL
    SELECT 'liberation_1_h', {{liberation_moyenne_minutes}}
    UNION ALL
    SELECT 'liberation_2_h', {{liberation_longue_minutes}}
),
groupes AS (
    SELECT
-- include: niveau_creneaux
        regle_code,
        minutes_nb,
        MIN(liberation_minutes_nb) AS regle_suivie_min_nb,
        MAX(liberation_minutes_nb) AS regle_suivie_max_nb,
        CAST(SUM(prises_nb) AS BIGINT) AS pris_nb,
        CAST(SUM(CASE WHEN preavis_minutes_nb IS NULL THEN 0 ELSE prises_nb END) AS BIGINT)
            AS horodates_nb,
        CAST(SUM(CASE WHEN preavis_minutes_nb < minutes_nb THEN prises_nb ELSE 0 END) AS BIGINT)
            AS empeches_nb
    FROM preavis
    CROSS JOIN regles
    GROUP BY GROUPING SETS (
        (cpts_code, regle_code, minutes_nb),
        (departement_code, regle_code, minutes_nb),
        (regle_code, minutes_nb)
    )
)
SELECT
    niveau_code,
    territoire_code,
    regle_code,
    minutes_nb,
    regle_suivie_min_nb,
    regle_suivie_max_nb,
    pris_nb,
    horodates_nb,
    empeches_nb,
    CASE WHEN horodates_nb > 0 THEN 100e0 * empeches_nb / horodates_nb END AS part_empeches_pct,
    CASE WHEN horodates_nb > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE WHEN horodates_nb = 0 THEN 'horodatage_absent' END AS motif_refus
FROM groupes
ORDER BY niveau_code, territoire_code, regle_code
