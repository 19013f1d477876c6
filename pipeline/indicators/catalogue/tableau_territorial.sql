-- Every territory against every measure: a value with its N, vintage and own origin, or a reason.
WITH mesures AS (
    SELECT mesure_code, sur_cpts, sans_source
    FROM (VALUES
        ('population_nb', 'publie', 'population_non_donnee'),
        ('population_evolution_pct', 'composition_absente', 'meme_recensement'),
        ('mg_pour_10000', 'composition_absente', 'source_non_livree'),
        ('apl_mg', 'composition_absente', 'source_non_livree'),
        ('cds_finess_pour_10000', 'composition_absente', 'source_non_livree'),
        ('cds_pour_10000', 'composition_absente', 'aucun_centre'),
        ('cds_medicaux_etp_pour_10000', 'composition_absente', 'aucun_centre'),
        ('cds_part_actes_mg_pct', 'composition_absente', 'non_publie'),
        ('cds_r1_median_pct', 'composition_absente', 'aucun_centre'),
        ('cds_file_active_mediane', 'composition_absente', 'aucun_centre'),
        ('cpts_snp_pct', '', 'non_publie'),
        ('cpts_population_pct', '', 'non_publie'),
        ('dispositifs_snp_pour_10000', 'publie', 'non_publie'),
        ('creneaux_offerts_pour_10000', 'flux_absent', 'flux_absent'),
        ('creneaux_pourvus_pour_10000', 'flux_absent', 'flux_absent')
    ) AS liste(mesure_code, sur_cpts, sans_source)
),
sur_departement AS (
    SELECT
        'departement' AS territoire_niveau,
        d.departement_code AS territoire_code,
        d.departement_nom AS territoire_nom,
        m.mesure_code,
        v.valeur,
        v.qualificatif_code,
        v.n_nb,
        v.n_unite_code,
        v.millesime,
        v.origine_code,
        v.ligne_source,
        CASE
            WHEN v.valeur IS NULL THEN m.sans_source
            WHEN m.mesure_code IN (
                'cds_r1_median_pct', 'cds_file_active_mediane', 'cds_medicaux_etp_pour_10000')
                AND v.n_nb < {{territoire_centres_minimum}} THEN 'centres_trop_peu'
        END AS motif_refus
    FROM departements d
    CROSS JOIN mesures m
    LEFT JOIN mesures_departement v
        ON v.departement_code = d.departement_code AND v.mesure_code = m.mesure_code
    WHERE d.zone_code <> 'com'
),
schemas AS (
    SELECT cpts_id, COUNT(DISTINCT dispositif_id) AS dispositifs_nb
    FROM dispositifs
    WHERE compte_snp AND cpts_id IS NOT NULL
    GROUP BY cpts_id
),
sur_cpts AS (
    SELECT
        'cpts' AS territoire_niveau,
        c.cpts_id AS territoire_code,
        c.cpts_nom AS territoire_nom,
        m.mesure_code,
        CASE m.mesure_code
            WHEN 'population_nb' THEN CAST(c.population_nb AS DOUBLE)
            WHEN 'dispositifs_snp_pour_10000'
                THEN 10000.0 * s.dispositifs_nb / CAST(c.population_nb AS DOUBLE)
        END AS valeur,
        CASE WHEN c.population_approx THEN 'environ' ELSE 'exact' END AS qualificatif_code,
        CASE WHEN m.mesure_code = 'population_nb' THEN 1 ELSE s.dispositifs_nb END AS n_nb,
        CASE WHEN m.mesure_code = 'population_nb' THEN 'cpts' ELSE 'dispositifs' END
            AS n_unite_code,
        c.document_id AS millesime,
        CASE WHEN m.mesure_code = 'population_nb' THEN c.origin
            WHEN c.origin = 'real' THEN 'real' ELSE 'derived' END AS origine_code,
        CAST(NULL AS VARCHAR(60)) AS ligne_source,
        CASE
            WHEN m.sur_cpts <> 'publie' THEN m.sur_cpts
            WHEN c.population_nb IS NULL THEN 'population_non_donnee'
            WHEN c.population_nb = 0 THEN 'population_nulle'
            WHEN m.mesure_code = 'dispositifs_snp_pour_10000' AND s.cpts_id IS NULL
                THEN 'non_publie'
        END AS motif_refus
    FROM cpts c
    JOIN mesures m ON m.sur_cpts <> ''
    LEFT JOIN schemas s ON s.cpts_id = c.cpts_id
),
cellules AS (
    SELECT * FROM sur_departement
    UNION ALL
    SELECT * FROM sur_cpts
)
SELECT
    territoire_niveau,
    territoire_code,
    territoire_nom,
    mesure_code,
    CASE WHEN motif_refus IS NULL THEN valeur END AS valeur,
    CASE WHEN motif_refus IS NULL THEN qualificatif_code END AS qualificatif_code,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN n_nb END AS n_nb,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN n_unite_code END
        AS n_unite_code,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN millesime END
        AS millesime,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN origine_code END
        AS origine_code,
    ligne_source,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM cellules
ORDER BY territoire_niveau, territoire_code, mesure_code
