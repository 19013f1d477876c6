-- Slots taken over all slots offered, where the feed says what became of every one.
WITH
-- include: creneaux_ventiles
groupes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS offerts_nb,
        count(*) FILTER (WHERE statut_code IN ('reserve', 'honore')) AS pourvus_nb,
        count(*) FILTER (WHERE statut_code = 'absent') AS absents_nb,
        count(*) FILTER (WHERE statut_code = 'annule') AS annules_nb,
        count(*) FILTER (WHERE statut_code = 'rendu') AS rendus_nb,
        count(*) FILTER (WHERE statut_code = 'non_pris') AS non_pris_nb,
        count(*) FILTER (WHERE statut_code = 'libre') AS libres_nb,
        count(*) FILTER (WHERE agregateur_code NOT IN ('agenda', 'plateforme')) AS flux_libres_nb,
        count(DISTINCT effecteur_id) AS effecteurs_nb,
        count(DISTINCT semaine_nb) AS semaines_nb
    FROM ventiles
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
),
juges AS (
    SELECT
        g.*,
        CASE
            WHEN libres_nb = offerts_nb THEN 'creneaux_libres_seuls'
            WHEN libres_nb > 0 THEN 'issue_inconnue'
            WHEN flux_libres_nb > 0 THEN 'offre_incomplete'
            WHEN dimension_code = 'canal' THEN 'sans_canal'
        END AS motif_refus
    FROM groupes g
)
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    offerts_nb,
    effecteurs_nb,
    semaines_nb,
    pourvus_nb,
    absents_nb,
    annules_nb,
    rendus_nb,
    non_pris_nb,
    libres_nb,
    CASE WHEN motif_refus IS NULL THEN 100e0 * pourvus_nb / offerts_nb END AS taux_pct,
    CASE WHEN motif_refus IS NULL THEN 100e0 * rendus_nb / offerts_nb END AS part_rendus_pct,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM juges
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
