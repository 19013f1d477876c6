-- Professionals taking part in schemes: over those of the territory, and over its population.
-- Inventory, and schemes of the CPTS that other documents describe.
WITH effecteur AS (
    SELECT
        e.dispositif_id,
        e.ordre,
        d.cpts_id,
        c.cpts_nom,
        d.perimetre_code,
        d.type_code,
        e.profession_code,
        d.statut_code,
        d.compte_snp,
        e.effectif_nb,
        e.effectif_max_nb,
        e.qualificatif_code,
        e.effectif_total_nb,
        e.date_observation,
        e.date_observation_precision,
        c.population_nb,
        c.population_approx,
        CASE WHEN e.effectif_total_nb IS NULL THEN 'denominateur_absent' END AS motif_part,
        CASE
            WHEN d.cpts_id IS NULL THEN 'hors_territoire'
            WHEN c.population_nb IS NULL THEN 'population_absente'
        END AS motif_densite
    FROM dispositif_effecteurs e
    JOIN dispositifs d ON d.dispositif_id = e.dispositif_id
    LEFT JOIN cpts c ON c.cpts_id = d.cpts_id
    WHERE e.role_code = 'effecteur' AND e.unite_code = 'personne'
        AND (d.perimetre_code = 'inventaire_pdl_2025' OR d.cpts_id IS NOT NULL)
)
SELECT
    dispositif_id,
    ordre,
    cpts_id,
    cpts_nom,
    perimetre_code,
    type_code,
    profession_code,
    statut_code,
    compte_snp,
    effectif_nb,
    effectif_max_nb,
    qualificatif_code,
    effectif_total_nb,
    100 * CAST(effectif_nb AS DOUBLE) / effectif_total_nb AS part_pct,
    CASE WHEN motif_part IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_part,
    motif_part,
    population_nb,
    population_approx,
    10000 * CAST(effectif_nb AS DOUBLE) / population_nb AS par_10000_hab,
    CASE WHEN motif_densite IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_densite,
    motif_densite,
    date_observation,
    date_observation_precision
FROM effecteur
ORDER BY dispositif_id, ordre
