-- CPTS with an unscheduled care scheme, counted on the sheets, by department and size class.
-- A CPTS without any row in dispositifs has no sheet, or a silent one: its scheme is unknown.
WITH situation AS (
    SELECT
        cpts_id,
        count(*) FILTER (WHERE compte_snp) AS dispositifs_snp_nb
    FROM dispositifs
    WHERE cpts_id IS NOT NULL
    GROUP BY cpts_id
),
fiche AS (
    SELECT
        c.departement_code,
        COALESCE(c.taille_code, 'non_imprimee') AS taille_code,
        NOT c.fiche_presente AS sans_fiche,
        COALESCE(c.stade_code = 'aci_signe', false) AS aci,
        s.cpts_id IS NULL AS inconnu,
        COALESCE(s.dispositifs_snp_nb, 0) > 0 AS avec_snp
    FROM cpts c
    LEFT JOIN situation s ON s.cpts_id = c.cpts_id
    WHERE c.perimetre_code = 'inventaire_pdl_2025'
),
compte AS (
    SELECT
        grouping(departement_code) AS tous_departements,
        grouping(taille_code) AS toutes_tailles,
        departement_code AS departement,
        taille_code AS taille,
        count(*) AS cpts_nb,
        count(*) FILTER (WHERE sans_fiche) AS sans_fiche_nb,
        count(*) FILTER (WHERE inconnu) AS inconnu_nb,
        count(*) FILTER (WHERE avec_snp) AS avec_snp_nb,
        count(*) FILTER (WHERE aci) AS aci_nb,
        count(*) FILTER (WHERE aci AND inconnu) AS aci_inconnu_nb,
        count(*) FILTER (WHERE aci AND avec_snp) AS aci_avec_snp_nb
    FROM fiche
    GROUP BY GROUPING SETS (
        (departement_code, taille_code), (departement_code), (taille_code), ()
    )
),
libelle AS (
    SELECT
        CASE WHEN tous_departements = 1 THEN 'ensemble' ELSE departement END AS departement_code,
        CASE WHEN toutes_tailles = 1 THEN 'ensemble' ELSE taille END AS taille_code,
        cpts_nb, sans_fiche_nb, inconnu_nb, avec_snp_nb, aci_nb, aci_inconnu_nb, aci_avec_snp_nb
    FROM compte
),
motif AS (
    SELECT
        *,
        CASE WHEN inconnu_nb = cpts_nb THEN 'dispositif_inconnu' END AS motif_part_cpts,
        CASE
            WHEN aci_nb = 0 THEN 'denominateur_nul'
            WHEN aci_inconnu_nb = aci_nb THEN 'dispositif_inconnu'
        END AS motif_part_aci
    FROM libelle
)
SELECT
    departement_code,
    taille_code,
    cpts_nb,
    sans_fiche_nb,
    inconnu_nb,
    avec_snp_nb,
    CASE WHEN motif_part_cpts IS NULL
        THEN 100 * CAST(avec_snp_nb AS DOUBLE) / cpts_nb END AS part_cpts_pct,
    CASE WHEN motif_part_cpts IS NULL
        THEN 100 * CAST(avec_snp_nb + inconnu_nb AS DOUBLE) / cpts_nb END AS part_cpts_max_pct,
    CASE WHEN motif_part_cpts IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_part_cpts,
    motif_part_cpts,
    aci_nb,
    aci_inconnu_nb,
    aci_avec_snp_nb,
    CASE WHEN motif_part_aci IS NULL
        THEN 100 * CAST(aci_avec_snp_nb AS DOUBLE) / aci_nb END AS part_aci_pct,
    CASE WHEN motif_part_aci IS NULL
        THEN 100 * CAST(aci_avec_snp_nb + aci_inconnu_nb AS DOUBLE) / aci_nb
    END AS part_aci_max_pct,
    CASE WHEN motif_part_aci IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_part_aci,
    motif_part_aci
FROM motif
ORDER BY departement_code, taille_code
