-- Acts of GPs done in health centres, over those done in centres and in practices, from Open DAMIR.
WITH actes_mg AS (
    SELECT
        'specialite' AS perimetre_code, annee, mois, region_damir_code, lieu_code,
        actes_nb, honoraires_eur, lignes_nb, lignes_annulation_nb
    FROM damir_regions
    WHERE specialite_code = 'mg' AND prestation_code <> 'autre'
    UNION ALL
    SELECT
        'elargi' AS perimetre_code, annee, mois, region_damir_code, lieu_code,
        actes_nb, honoraires_eur, lignes_nb, lignes_annulation_nb
    FROM damir_regions
    WHERE (specialite_code = 'mg' AND prestation_code <> 'autre')
        OR (
            specialite_code = 'inconnue'
            AND prestation_code IN ('consultation_mg', 'visite_mg', 'teleconsultation_mg')
        )
),
territoires AS (
    SELECT perimetre_code, annee, mois, region_damir_code AS territoire_code, lieu_code,
        actes_nb, honoraires_eur, lignes_nb, lignes_annulation_nb
    FROM actes_mg
    UNION ALL
    SELECT perimetre_code, annee, mois, 'FR' AS territoire_code, lieu_code,
        actes_nb, honoraires_eur, lignes_nb, lignes_annulation_nb
    FROM actes_mg
),
sommes AS (
    SELECT
        annee,
        territoire_code,
        perimetre_code,
        COUNT(DISTINCT mois) AS mois_nb,
        SUM(CASE WHEN lieu_code = 'cds' THEN actes_nb ELSE 0 END) AS actes_cds_nb,
        SUM(CASE WHEN lieu_code = 'ville' THEN actes_nb ELSE 0 END) AS actes_ville_nb,
        SUM(CASE WHEN lieu_code = 'etablissement' THEN actes_nb ELSE 0 END) AS actes_exclus_nb,
        SUM(CASE WHEN lieu_code = 'cds' THEN honoraires_eur ELSE 0 END) AS honoraires_cds_eur,
        SUM(CASE WHEN lieu_code = 'ville' THEN honoraires_eur ELSE 0 END) AS honoraires_ville_eur,
        SUM(lignes_nb) AS lignes_nb,
        SUM(lignes_annulation_nb) AS lignes_annulation_nb
    FROM territoires
    GROUP BY annee, territoire_code, perimetre_code
),
mesures AS (
    SELECT
        s.*,
        s.actes_cds_nb + s.actes_ville_nb AS actes_nb,
        CASE
            WHEN s.actes_cds_nb + s.actes_ville_nb <= 0 THEN 'sans_acte_mg'
            WHEN f.actes_cds_nb <= 0 THEN 'sans_cds'
        END AS motif
    FROM sommes s
    JOIN sommes f
        ON f.annee = s.annee AND f.perimetre_code = s.perimetre_code AND f.territoire_code = 'FR'
)
SELECT
    annee,
    territoire_code,
    perimetre_code,
    mois_nb,
    actes_cds_nb,
    actes_ville_nb,
    actes_nb,
    actes_exclus_nb,
    CASE WHEN motif IS NULL
        THEN 100.0 * CAST(actes_cds_nb AS DOUBLE) / CAST(actes_nb AS DOUBLE) END AS part_pct,
    honoraires_cds_eur,
    honoraires_ville_eur,
    lignes_nb,
    lignes_annulation_nb,
    CASE WHEN motif IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif AS motif_refus
FROM mesures
ORDER BY annee, territoire_code, perimetre_code
